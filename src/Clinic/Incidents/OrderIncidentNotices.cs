using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <param name="Audience">Whom it concerns.</param>
/// <param name="Words">Goes into mails: no data of a person.</param>
public sealed record OrderIncidentNoticesRequest(NoticeAudience Audience, NoticeWords Words);

public sealed record OrderIncidentNoticesResponse(IncidentId Incident);

/// <summary>
/// An owner has the people concerned told of an incident of her clinic (INC-4). Once: the order and the message that begins
/// the walk over the roster are one transaction, refused when there is an order already.
/// </summary>
public static class OrderIncidentNotices
{
    internal static async Task<Results<Accepted<OrderIncidentNoticesResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, OrderIncidentNoticesRequest request, Caller caller, TenantStore store, TimeProvider clock,
        CancellationToken ct)
    {
        var subject = Keys.Hex(incident.Value);
        if (request.Words.Check() is { } refusal)
        {
            var entry = new AuditEntry(caller, AuditAction.IncidentNoticesOrdered, AuditOutcome.Refused)
            {
                Subject = subject, Note = refusal.Code,
            };
            await store.Note(entry, ct);
            return Problems.From(refusal);
        }

        var now = clock.GetUtcNow();
        var response = new OrderIncidentNoticesResponse(incident);
        var location = $"/v1/incidents/{incident}/people-notices";
        var order = new NoticeOrder(NoticeOrderer.Owner, now, request.Words.Trimmed());
        var change = Change.By(caller, AuditAction.IncidentNoticesOrdered, subject: subject)
            .Require(Keys.Incident(incident), Condition.Exists, Problems.NotFound)
            .Insert(PeopleNoticeItem.AtClinic(incident, order, now), NoticeRefusals.AlreadyOrdered)
            .Publish(Topics.IncidentPeople, subject)
            .Answers(new Answer(202, location, null, Body(response)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out var why) ? TypedResults.Accepted(location, response) : Problems.From(why);
    }

    internal static byte[] Body(OrderIncidentNoticesResponse response) =>
        JsonSerializer.SerializeToUtf8Bytes(response, IncidentsJson.Default.OrderIncidentNoticesResponse);
}

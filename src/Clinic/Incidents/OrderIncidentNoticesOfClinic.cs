using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <summary>
/// An operator has the people of an affected clinic told (INC-4), frozen or not: the clinic may have no owner who can sign in.
/// The order stands in the platform's records with a message; a worker brings it to the clinic on TenantNotice.
/// </summary>
public static class OrderIncidentNoticesOfClinic
{
    internal static async Task<Results<Accepted<OrderIncidentNoticesResponse>, ProblemHttpResult>> Handle(
        IncidentId incident, string clinic, OrderIncidentNoticesRequest request, Caller caller, TenantStore store,
        NoticesOfClinics notices, TimeProvider clock, CancellationToken ct)
    {
        var subject = Keys.Hex(incident.Value);
        if (!(await Decide(incident, clinic, request, store, notices, ct)).Holds(out var tenant, out var why))
        {
            var entry = new AuditEntry(caller, AuditAction.IncidentNoticesOrdered, AuditOutcome.Refused)
            {
                Subject = subject, Note = why.Code,
            };
            await store.Note(entry, ct);
            return Problems.From(why);
        }

        var response = new OrderIncidentNoticesResponse(incident);
        var location = $"/platform/v1/incidents/{incident}/clinics/{tenant}/people-notices";
        var order = new NoticeOrder(NoticeOrderer.Platform, clock.GetUtcNow(), request.Words.Trimmed());
        var change = Change.By(caller, AuditAction.IncidentNoticesOrdered, subject: subject).Noting(tenant.Value)
            .Insert(PeopleNoticeItem.AtPlatform(incident, tenant, order), NoticeRefusals.AlreadyOrdered)
            .Publish(Topics.IncidentPeopleOrdered, IncidentSubjects.Clinic(incident, tenant))
            .Answers(new Answer(202, location, null, OrderIncidentNotices.Body(response)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Accepted(location, response) : Problems.From(why);
    }

    /// <summary>
    /// The clinic, when an order may be given. That its owner ordered first is asked here for the answer's sake; that nobody is
    /// told twice holds by the clinic's own row, whoever comes first.
    /// </summary>
    private static async Task<Outcome<TenantId>> Decide(
        IncidentId incident, string clinic, OrderIncidentNoticesRequest request, TenantStore store, NoticesOfClinics notices,
        CancellationToken ct)
    {
        if (request.Words.Check() is { } refusal)
        {
            return refusal;
        }

        if (await notices.Concerned(store, incident, clinic, ct) is not { } tenant)
        {
            return Problems.NotFound;
        }

        return await notices.Theirs(store, tenant).Get(Keys.IncidentPeople(incident), ct) is { } row
            && PeopleNoticeItem.OrderedBy(row) == NoticeOrderer.Owner
                ? NoticeRefusals.AlreadyOrdered : tenant;
    }
}

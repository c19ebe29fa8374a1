using System.Text.Json;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Incidents;

/// <param name="AwareAt">When somebody noticed, or was told: all clocks run from here, not from the filing.</param>
/// <param name="Kind">Code of CERT-In's Annexure I.</param>
/// <param name="Title">Goes into mails: no data of a person.</param>
/// <param name="AffectedClinics">Ids of the clinics concerned.</param>
/// <param name="Description">Seen only by signed-in people of the affected clinics.</param>
/// <param name="Drill">Runs everything and sends nothing outside (INC-9).</param>
/// <param name="DataKinds">Which classes of data are concerned, as far as known.</param>
/// <param name="Advice">What the clinics shall do beyond the standing advice; goes into mails.</param>
public sealed record OpenIncidentRequest(
    DateTimeOffset AwareAt, string Kind, string Title, IReadOnlyList<string> AffectedClinics, string Description, bool Drill,
    IReadOnlyList<IncidentDataKind>? DataKinds = null, string? Advice = null);

public sealed record OpenIncidentResponse(IncidentId Id);

/// <summary>
/// Opens an incident (INC-1, INC-3). The incident and one message for each affected clinic are one transaction, so none is
/// forgotten; the workers tell the clinics.
/// </summary>
public static class OpenIncident
{
    /// <summary>A message each, and all in one transaction of at most a hundred rows.</summary>
    public const int ClinicsMax = 50;
    public const int TitleLengthMax = 150;
    public const int DescriptionLengthMax = 4000;
    public const int AdviceLengthMax = 1000;

    internal static async Task<Results<Created<OpenIncidentResponse>, ProblemHttpResult>> Handle(
        OpenIncidentRequest request, Caller caller, TenantStore store, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!Decide(request, Id.New<IncidentId>(now), now).Holds(out var opened, out var why))
        {
            return Problems.From(why);
        }

        var (incident, clinics) = opened;
        var response = new OpenIncidentResponse(incident.Id);
        var location = $"/platform/v1/incidents/{incident.Id}";
        var change = Change.By(caller, AuditAction.IncidentOpened, subject: Keys.Hex(incident.Id.Value))
            .Insert(IncidentItem.Opened(incident, clinics))
            .Insert(IncidentItem.Line(incident))
            .Answers(new Answer(201, location, null,
                JsonSerializer.SerializeToUtf8Bytes(response, IncidentsJson.Default.OpenIncidentResponse)));
        foreach (var clinic in clinics)
        {
            change.Publish(Topics.IncidentOpened, IncidentSubjects.Clinic(incident.Id, clinic));
        }

        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Created(location, response) : Problems.From(why);
    }

    /// <summary>Pure: id and time come in.</summary>
    internal static Outcome<OpenedIncident> Decide(OpenIncidentRequest request, IncidentId id, DateTimeOffset now)
    {
        var clinics = request.AffectedClinics.Take(ClinicsMax)
            .Select(c => TenantId.TryParse(c, out var tenant) ? tenant : default(TenantId?)).ToList();
        var kinds = (request.DataKinds ?? []).Distinct().ToList();
        var rules = new FieldRules()
            .Need(request.AwareAt <= now, "awareAt", "not in the future")
            .Need(IncidentKinds.IsKnown(request.Kind), "kind", "a code of CERT-In's Annexure I")
            .Text(request.Title, "title", TitleLengthMax)
            .Need(request.AffectedClinics.Count is >= 1 and <= ClinicsMax, "affectedClinics", $"1 to {ClinicsMax} clinics")
            .Need(clinics.TrueForAll(c => c is { IsPlatform: false }), "affectedClinics", "ids of clinics")
            .Need(clinics.Distinct().Count() == clinics.Count, "affectedClinics", "each clinic once")
            .Text(OneLine(request.Description), "description", DescriptionLengthMax)
            .Need(kinds.Count == (request.DataKinds?.Count ?? 0), "dataKinds", "each kind once")
            .OptionalText(OneLine(request.Advice), "advice", AdviceLengthMax);
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        var facts = new IncidentFacts(request.Title.Trim(), request.Description.Trim(), kinds, request.Advice?.Trim());
        return new OpenedIncident(
            new Incident(id, request.Kind, request.AwareAt.ToUniversalTime(), now, request.Drill, facts),
            [.. clinics.Select(c => c!.Value)]);
    }

    /// <summary>Texts of several lines are allowed; other control characters are not.</summary>
    private static string? OneLine(string? text) => text?.Replace('\n', ' ');
}

internal sealed record OpenedIncident(Incident Incident, IReadOnlyList<TenantId> Clinics);

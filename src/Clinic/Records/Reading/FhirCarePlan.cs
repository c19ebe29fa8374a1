using System.Text.Json;
using Clinic.Chart;
using Clinic.Chart.Findings;

namespace Clinic.Records.Reading;

/// <summary>CarePlan.</summary>
internal static class FhirCarePlan
{
    private const int ActivitiesMax = 30;

    public static ReadResource Read(JsonElement plan)
    {
        var (text, isError) = (plan.Text("status"), FhirValues.IsEnteredInError(plan.Text("status")));
        if ((isError ? CarePlanStatus.Unknown : FhirValues.Enum<CarePlanStatus>(text)) is not { } status)
        {
            return NotRecorded.Status;
        }

        var title = FhirValues.Words(plan.Text("title"));
        var category = plan.First("category").Concept(CodeSystems.Snomed) ?? (title is null ? null : new Concept(title));
        if (category is null)
        {
            return NotRecorded.NoCode;
        }

        var period = plan.Member("period");
        var activities = plan.Each("activity").Select(a => a.Member("detail"))
            .Select(d => (Code: d.Member("code").Concept(CodeSystems.Snomed) ?? Described(d), Detail: d))
            .Where(a => a.Code is not null)
            .Select(a => new CareActivity(
                a.Code!, FhirValues.Enum<CareActivityStatus>(a.Detail.Text("status")) ?? CareActivityStatus.Unknown))
            .Take(ActivitiesMax).ToList();
        return (plan.Instant("created") ?? period.Instant("start")) is not { } at
            ? NotRecorded.NoTime
            : Recordable.Of(at, plan, new FindingMembers
            {
                CarePlan = new CarePlanFinding(
                    category, status, title, period.Day("start"), period.Day("end"),
                    activities.Count == 0 ? null : activities, plan.Notes()),
            }) with
            {
                IsRetracted = isError,
            };
    }

    private static Concept? Described(JsonElement detail) =>
        FhirValues.Words(detail.Text("description")) is { } words ? new Concept(words) : null;
}

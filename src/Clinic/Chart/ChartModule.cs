using Clinic.Platform.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Chart;

/// <summary>A patient's record: findings of all kinds, and everything in one order.</summary>
public static class ChartModule
{
    internal static void AddServices(IServiceCollection services)
    {
        foreach (var source in TimelineSources.OfFindings())
        {
            services.AddSingleton(source);
        }

        services.AddSingleton<TimelineSources>();
    }

    public static void Map(IEndpointRouteBuilder v1)
    {
        var patient = v1.MapGroup("/patients/{patient}").WithTags("Chart");
        var chart = patient.MapGroup("/chart");
        chart.MapPost("/", RecordEntry.Handle).WithName(nameof(RecordEntry)).Requires(Permission.ChartWrite)
            .WithSummary("Record a finding: vital signs, condition, allergy, medication and others");
        chart.MapGet("/", ListChart.Handle).WithName(nameof(ListChart)).Requires(Permission.ChartRead)
            .WithSummary("The record, newest first, by kinds and time");
        chart.MapGet("/{kind}/{entry}", ReadEntry.Handle).WithName(nameof(ReadEntry)).Requires(Permission.ChartRead)
            .WithSummary("Read a finding");
        chart.MapPut("/{kind}/{entry}", AmendEntry.Handle).WithName(nameof(AmendEntry)).Requires(Permission.ChartWrite)
            .WithSummary("Amend a finding; If-Match names the version that was read");
        chart.MapPost("/{kind}/{entry}/retraction", RetractEntry.Handle).WithName(nameof(RetractEntry))
            .Requires(Permission.ChartWrite)
            .WithSummary("Mark a finding as entered in error; If-Match names the version that was read");
        chart.MapGet("/{kind}/{entry}/versions", ListEntryVersions.Handle).WithName(nameof(ListEntryVersions))
            .Requires(Permission.ChartRead).WithSummary("Earlier versions of a finding");
        patient.MapGet("/vital-signs/trend", ReadTrend.Handle).WithName(nameof(ReadTrend)).Requires(Permission.ChartRead)
            .WithSummary("One measure of vital signs over time");
        patient.MapGet("/dental-chart", ReadDentalChart.Handle).WithName(nameof(ReadDentalChart)).Requires(Permission.ChartRead)
            .WithSummary("Each tooth as it is and as it is planned");
    }
}

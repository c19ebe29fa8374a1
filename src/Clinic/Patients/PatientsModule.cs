using Clinic.Platform.Access;
using Clinic.Platform.Crypto;
using Clinic.Platform.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Patients;

/// <summary>The patient register: who she is, found again, amended with its history.</summary>
public static class PatientsModule
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        var patients = v1.MapGroup("/patients").WithTags("Patients");
        patients.MapPost("/", RegisterPatient.Handle).WithName(nameof(RegisterPatient)).Requires(Permission.PatientRegister)
            .WithSummary("Register a patient with her consents");
        patients.MapPost("/search", SearchPatients.Handle).WithName(nameof(SearchPatients)).Requires(Permission.PatientSearch)
            .ExemptFromIdempotency("changes nothing")
            .WithSummary("Find patients by phone, e-mail, ABHA, or a name by its beginning or its sound");
        patients.MapGet("/{patient}", ReadPatient.Handle).WithName(nameof(ReadPatient)).Requires(Permission.PatientRead)
            .WithSummary("Read a patient");
        patients.MapPut("/{patient}", AmendPatient.Handle).WithName(nameof(AmendPatient)).Requires(Permission.PatientAmend)
            .WithSummary("Amend a patient; If-Match names the version that was read");
        patients.MapGet("/{patient}/versions", ListPatientVersions.Handle).WithName(nameof(ListPatientVersions))
            .Requires(Permission.PatientRead).WithSummary("Earlier versions of a patient");
        patients.MapPost("/{patient}/merge", MergePatient.Handle).WithName(nameof(MergePatient))
            .Requires(Permission.PatientMerge)
            .WithSummary("Merge a record into another of the same patient; If-Match names the version that was read");
        patients.MapPost("/{patient}/merge/undo", UndoMerge.Handle).WithName(nameof(UndoMerge))
            .Requires(Permission.PatientMerge)
            .WithSummary("Take a merge back; If-Match names the version of the merged record");
    }

    internal static void Register(Consumers consumers) => consumers.On(Topics.PatientErasure, (s, message, ct) =>
        ErasePatient.Handle(message, s.GetRequiredService<KeyShredder>(), s.GetRequiredService<TimeProvider>(), ct));
}

using System.Text.Json.Nodes;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Ids of the victim where one's own belong.</summary>
internal static class ById
{
    private const string NothingSealed = "the row holds codes, counts and ids, and nothing that is sealed";
    private const string NoBytes = "a write takes no bytes; against it stand the policies and the version in its condition";

    public static IEnumerable<Attack> All =>
    [
        Read("read-patient", "another clinic's patient by id", Known.ObjectLevel, AsAbsent(s => s.Victim.Path),
            (s, wrong) => wrong.Get(Keys.Patient(s.Victim.Patient))),
        Read("read-versions", "the earlier versions of another clinic's patient", Known.ObjectLevel,
            AsAbsent(s => $"{s.Victim.Path}/versions"),
            (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Patient).Area, Keys.VersionPrefix)),
        Read("read-consents", "the consents of another clinic's patient", Known.ObjectLevel,
            AsAbsent(s => $"{s.Victim.Path}/consents"),
            (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Patient).Area)),
        Read("export-record", "the export of another clinic's whole record", Known.ObjectLevel,
            AsAbsent(s => $"/v1/patients/{s.Victim.Imported}/export"),
            (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Imported).Area, Keys.FhirPrefix)),
        Read("export-manifest", "the manifest of such an export", Known.ObjectLevel,
            AsAbsent(s => $"/v1/patients/{s.Victim.Imported}/export/manifest"),
            (s, wrong) => wrong.Query(Keys.Patient(s.Victim.Imported).Area, Keys.FhirPrefix)),
        Writes("amend-patient", "an amendment of another clinic's patient",
            AsAbsent(s => s.Victim.Path, (client, path) => client.Put(path, Samples.Registration()["patient"]!, "\"2\"")),
            s => s.On.Store.Commit(
                Change.By(s.On.Store.Caller, AuditAction.PatientAmended, s.Victim.Patient)
                    .Patch(
                        new Item(Keys.Patient(s.Victim.Patient)).Set("st", "restricted"), [], Condition.Exists,
                        Problems.Conflict),
                CancellationToken.None)),
        Writes("record-consent", "a consent recorded for another clinic's patient",
            AsAbsent(s => $"{s.Victim.Path}/consents", (client, path) =>
                client.Post(path, new JsonObject { ["consents"] = new JsonArray(Samples.Consent("personal-data")) })),
            s => s.On.Store.Commit(
                Change.By(s.On.Store.Caller, AuditAction.ConsentRecorded, s.Victim.Patient)
                    .Insert(new Item(Keys.PatientConsent(s.Victim.Patient, Guid.CreateVersion7())).Set("st", "x")),
                CancellationToken.None)),
        Plain("read-import", "the report of another clinic's import", AsAbsent(s => $"/v1/imports/{s.Victim.Import}"),
            (s, wrong) => wrong.Get(Keys.Import(s.Victim.Import))),
        Plain("list-refusals", "what another clinic's import refused", AsAbsent(s => $"/v1/imports/{s.Victim.Import}/refusals"),
            (s, wrong) => wrong.Query(Keys.Import(s.Victim.Import).Area, Keys.RefusalsPrefix)),
        Plain("list-imported", "whom another clinic's import registered",
            AsAbsent(s => $"/v1/imports/{s.Victim.Import}/patients"),
            (s, wrong) => wrong.Query(Keys.Import(s.Victim.Import).Area, Keys.ImportedPrefix)),
        new("start-upload", "the start of another clinic's uploaded import", Known.ObjectLevel,
            AsAbsent(s => $"/v1/imports/{s.Victim.Upload}/start", (client, path) => client.Post(path, null)),
            Denied(s => s.On.GetObject(CloudParts.Incoming, ByToken.Upload(s))), Sealed(ByToken.Uploaded)),
        Read("read-incident", "an incident that concerns another clinic", Known.ObjectLevel,
            AsAbsent(s => $"/v1/incidents/{s.Incident}"),
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Read("read-incident-notices", "how far another clinic's patients are told", Known.ObjectLevel,
            AsAbsent(s => $"/v1/incidents/{s.Incident}/people-notices"),
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Read("order-incident-notices", "an order to tell people of an incident of another clinic", Known.ObjectLevel,
            AsAbsent(s => $"/v1/incidents/{s.Incident}/people-notices", (client, to) => client.Post(to, PeopleToTell.Order())),
            (s, wrong) => wrong.Get(Keys.Incident(s.Incident))),
        Read("list-incidents", "the incidents of another clinic, in the own list", Known.ObjectLevel,
            Nothing("incidents", s => s.Attacker.Owner.Get("/v1/incidents")),
            (_, wrong) => wrong.Query(Keys.IncidentEntries)),
        Read("end-session", "the end of another clinic's session", Known.ObjectLevel,
            AsAbsent(s => $"/v1/sessions/{s.Victim.Session}", (client, path) => client.Delete(path)),
            (s, wrong) => wrong.Query(Keys.Member(s.Victim.Member).Area)),
        Read("trail-of-patient", "the own trail, asked for another clinic's patient", Known.ObjectLevel,
            Nothing("entries", s => s.Attacker.Owner.Get($"/v1/audit?action=PatientAmended&patient={s.Victim.Patient}")),
            (s, wrong) => Trail.Taken(s, wrong)),
        Read("trail-of-member", "the own trail, asked for another clinic's member", Known.ObjectLevel,
            Nothing("entries", s => s.Attacker.Owner.Get($"/v1/audit?actor={s.Victim.Member}")),
            (s, wrong) => Trail.Taken(s, wrong)),
        new("duplicate-oracle", "registering another clinic's patient, to be told that she is known", Known.Oracle,
            new Wall("201 as if new", Registered),
            Denied(async s => await s.On.Query(await SearchArea(s, "P"))),
            Wall.None("index rows are keys without a body; search-phone shows that their tokens mean nothing under another key")),
    ];

    /// <summary>The partition of a search token of the victim, as it stands in the table.</summary>
    public static async Task<string> SearchArea(Scene scene, string kind) =>
        (await scene.App.Raw.Places(scene.Victim.Tenant.Value, CloudParts.Records, $"IDX#1#{kind}#"))[0].Split('|')[0];

    /// <summary>A person who is the victim's too, of whom the answer may hold nothing but the new id.</summary>
    private static async Task<Evidence> Registered(Scene scene)
    {
        var answer = await scene.Attacker.Owner.Post("/v1/patients", scene.Victim.Twin);
        var isOwn = (int)answer.Status == 201 && answer.Json["id"]!.GetValue<string>() != scene.Victim.Patient.ToString();
        return Evidence.Of(answer, isOwn ? "201 as if new" : $"{(int)answer.Status} {answer.ProblemCode}");
    }

    private static Attack Writes(string id, string what, Wall code, Func<Scene, Task> write) =>
        new(id, what, Known.ObjectLevel, code, Denied(write), Wall.None(NoBytes));

    private static Attack Plain(string id, string what, Wall code, Func<Scene, WrongCode, Task<Loot>> take) =>
        new(id, what, Known.ObjectLevel, code, Denied(s => take(s, s.On)), Wall.None(NothingSealed));
}

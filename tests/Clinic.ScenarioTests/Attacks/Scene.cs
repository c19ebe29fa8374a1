using System.Net;
using System.Text.Json.Nodes;
using Clinic.Local.Gate;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>A clinic with one of everything.</summary>
/// <param name="Repeated">A registration that was sent under the key: of somebody whom nothing else is about.</param>
/// <param name="Twin">A registration of somebody who may come to the other clinic too.</param>
/// <param name="Export">A finished export of the whole clinic, and the token of its link, which nobody used.</param>
/// <param name="List">A list of patients that was tried and not applied.</param>
internal sealed record Party(
    SignedUpClinic Clinic, TenantId Tenant, PatientId Patient, JsonObject Form, PatientId Imported, ImportId Import,
    JsonNode Ticket, ImportId Upload, string IdempotencyKey, JsonObject Repeated, JsonObject Twin, SessionId Session,
    MemberId Member, LocationId Location, string Visit, string Document, (string Path, string Token) Export, string List,
    string TrailCursor, string SearchCursor, IReadOnlyList<string> Markers)
{
    public ClinicClient Owner => Clinic.Owner;

    public string Path => $"/v1/patients/{Patient}";

    public string Phone => Form["phone"]!.GetValue<string>();

    public string Email => Form["email"]!.GetValue<string>();

    public string Given => Form["name"]!["given"]!.GetValue<string>();
}

/// <summary>
/// Two clinics, and between them everything that the corpus tries. Built once; the attacks leave it as they find it.
/// </summary>
internal sealed class Scene
{
    private static readonly Lazy<Task<Scene>> Shared = new(Build);
    private readonly Lazy<Task<Thief>> thief;

    private Scene() => thief = new(() => Attacks.Thief.Prepare(this));

    public required ClinicApp App { get; init; }

    public required Party Attacker { get; init; }

    public required Party Victim { get; init; }

    /// <summary>An operator of the platform, signed in.</summary>
    public required ClinicClient Operator { get; init; }

    /// <summary>The incident that concerns the victim alone.</summary>
    public required IncidentId Incident { get; init; }

    /// <summary>The token of a sign-up that waits for its confirmation.</summary>
    public required string Confirmation { get; init; }

    /// <summary>What the operator asked of the victim, and nobody answered.</summary>
    public required AccessId Asked { get; init; }

    /// <summary>What the attacker granted the operator: the name of one patient.</summary>
    public required AccessId Granted { get; init; }

    /// <summary>Whom the victim invited, and the token of that mail.</summary>
    public required MemberId Invited { get; init; }

    public required string Invitation { get; init; }

    /// <summary>The wrong code before the policies.</summary>
    public required WrongCode On { get; init; }

    /// <summary>The wrong code where nobody evaluates policies.</summary>
    public required WrongCode Off { get; init; }

    /// <summary>Texts of the victim that must never come into the attacker's hands.</summary>
    public required IReadOnlyList<string> Markers { get; init; }

    public Task<Thief> Thief() => thief.Value;

    public static Task<Scene> Get() => Shared.Value;

    private static async Task<Scene> Build()
    {
        var app = await ClinicApp.Get();
        var parties = await Task.WhenAll(Furnish(app), Furnish(app));
        var (attacker, victim) = (parties[0], parties[1]);
        var waits = await app.SignUpUnconfirmed();
        var mail = await app.Mail.Await(waits.Email, "Confirm");
        var operators = await app.SignInOperator();
        var title = "Sa" + Samples.Letters(Samples.Next());
        var incident = await Incidents.Open(operators, app, [victim.Tenant.Value], r => r["title"] = title);
        await Incidents.Settled(operators, incident);
        var asked = await Grants.Ask(
            operators, victim.Owner, Grants.Request(victim.Tenant.Value, [victim.Patient.ToString()], "identity"));
        var granted = await Grants.Approved(operators, attacker.Clinic, [attacker.Patient.ToString()], "identity");
        var guest = StaffOfAClinic.Address();
        var invitation = await app.Invite(victim.Clinic, guest, "doctor");
        var invited = (await victim.Owner.Get("/v1/staff")).Expect(HttpStatusCode.OK).Json["invitations"]![0]!["member"]!;
        var withoutPolicies = await app.Cloud.Gate.BesideAsync(options => options with { Evaluate = false });
        var aws = ClinicApp.Access(RoleNames.ApiBase, app.Cloud);
        return new Scene
        {
            App = app,
            Attacker = attacker,
            Victim = victim,
            Operator = operators,
            Incident = new IncidentId(Guid.Parse(incident)),
            Confirmation = ClinicApp.TokenIn(mail),
            Asked = new AccessId(Guid.Parse(asked)),
            Granted = new AccessId(Guid.Parse(granted)),
            Invited = new MemberId(Guid.Parse(invited.GetValue<string>())),
            Invitation = invitation,
            On = new WrongCode(aws, app.Clock, attacker.Tenant, victim.Tenant),
            Off = new WrongCode(aws with { Endpoint = withoutPolicies.Url }, app.Clock, attacker.Tenant, victim.Tenant),
            Markers = [.. victim.Markers, title, guest, invitation[TenantId.Length..]],
        };
    }

    private static async Task<Party> Furnish(ClinicApp app)
    {
        var n = Samples.Next();
        var letters = Samples.Letters(n);

        // Of its own: with one password for both, a forged pointer would rightly open both.
        var (request, password) = (Samples.SignUp(), "correct horse " + letters);
        request["owner"]!["password"] = password;
        var clinic = await app.SignUpClinic(request);
        var registration = Samples.Registration("Qa" + letters, "Za" + letters, Samples.Phone(n));
        var (key, repeated, twin) = ("corpus-" + letters, Samples.Registration(), Samples.Registration());
        (await clinic.Owner.Post("/v1/patients", repeated, key)).Expect(HttpStatusCode.Created);
        (await clinic.Owner.Post("/v1/patients", twin)).Expect(HttpStatusCode.Created);
        var registered = (await clinic.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);
        var patient = PatientIn(registered.Headers.Location!.ToString());
        var form = registration["patient"]!.DeepClone().AsObject();
        form["bloodGroup"] = "O+";
        (await clinic.Owner.Put($"/v1/patients/{patient}", form, "\"1\"")).Expect(HttpStatusCode.OK);

        var person = Bundles.Patient("Wa" + letters);
        var bundle = Bundles.Bytes(Bundles.Of(
            person, Bundles.Observation(person, "Va" + letters),
            Bundles.Observation(person, $"Ua{letters} {new string('n', 80_000)}")));
        var report = await clinic.Owner.Import(bundle);
        var upload = Bundles.Bytes(Bundles.Of(Bundles.Patient("Ta" + letters)));
        var ticket = await Uploads.Offer(clinic.Owner, upload);
        Assert.Equal(HttpStatusCode.OK, await Uploads.Put(ticket.Json, upload));

        var (visit, document) = await Record(clinic.Owner, patient, letters);
        var (export, list) = await Transfers(app, clinic, letters);
        var session = (await clinic.Owner.Get("/v1/sessions/current")).Expect(HttpStatusCode.OK).Json;
        var search = new JsonObject { ["name"] = "Qa" + letters, ["size"] = 1 };
        var found = (await clinic.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK).Json;
        var trail = (await clinic.Owner.Get("/v1/audit?size=1")).Expect(HttpStatusCode.OK).Json;
        return new Party(
            clinic, TenantId.Parse(clinic.Id), patient, form, PatientIn(await clinic.Owner.OnlyPatient(report)),
            new ImportId(Guid.Parse(report["id"]!.GetValue<string>())), ticket.Json,
            new ImportId(Guid.Parse(ticket.Headers.Location!.ToString().Split('/')[^1])), key, repeated, twin,
            new SessionId(Guid.Parse(session["session"]!.GetValue<string>())),
            new MemberId(Guid.Parse(session["member"]!.GetValue<string>())),
            new LocationId(Guid.Parse(Assert.Single(await clinic.LocationIds()))), visit, document, export, list,
            trail["next"]!.GetValue<string>(), found["next"]!.GetValue<string>(),
            [
                "Qa" + letters, "Za" + letters, "Wa" + letters, "Va" + letters, "Ua" + letters, "Ta" + letters,
                form["phone"]!.GetValue<string>()[3..], form["email"]!.GetValue<string>(), clinic.Email,
                session["name"]!.GetValue<string>(), session["csrfToken"]!.GetValue<string>(),
                password, "Ra" + letters, "Sa" + letters, "Haemoglobin", "Pa" + letters, export.Token[TenantId.Length..],
            ]);
    }

    /// <summary>A visit with a note, and a document that a worker sealed.</summary>
    private static async Task<(string Visit, string Document)> Record(ClinicClient owner, PatientId patient, string letters)
    {
        var path = $"/v1/patients/{patient}";
        var visit = (await VisitSteps.Plan(owner, path, open: true)).Headers.Location!.ToString();
        (await owner.Post(visit + "/notes", new JsonObject { ["plan"] = $"Ra{letters} and Sa{letters}" }))
            .Expect(HttpStatusCode.Created);
        return (visit, await owner.Keep(patient.ToString(), DocumentsOfAClinic.Pdf()));
    }

    private static async Task<((string Path, string Token) Export, string List)> Transfers(
        ClinicApp app, SignedUpClinic clinic, string letters)
    {
        var rows = $"Reg No,Name,DOB,Sex\nK-1,Pa{letters} Oa{letters},05/06/1970,F\n";
        var list = await clinic.Owner.TrySheet(System.Text.Encoding.UTF8.GetBytes(rows));
        var path = await clinic.Owner.StartExport();
        await clinic.Owner.AwaitExport(path);
        return ((path, await app.ExportToken(clinic.Email, path)), PatientLists.PathOf(list));
    }

    private static PatientId PatientIn(string path) => new(Guid.Parse(path.Split('/')[^1]));
}

using System.Text;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Testing.Sweeps;

/// <summary>A cookie and its CSRF token, usable on any host of the same store.</summary>
public sealed record SweepSession(string Cookie, string CsrfToken);

/// <summary>
/// What a sweep walks over: an Api's address, its routes, their samples, and a clinic to be. The same sweeps run over the real
/// Api and over one with planted faults.
/// </summary>
public sealed class SweepTarget(ClinicApp app, Uri api, IReadOnlyList<Route> routes, SampleShelf shelf,
    IReadOnlyList<Route>? makers = null)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Dictionary<(string Clinic, Role Role), SweepSession> sessions = [];

    public ClinicApp App => app;

    public Uri Api => api;

    public IReadOnlyList<Route> Routes => routes;

    public SampleShelf Shelf => shelf;

    /// <summary>Permitted routes that have a sample; a missing sample is a finding of its own.</summary>
    public IEnumerable<(Route Route, HttpSample Sample)> Permitted => Sampled.Where(r => r.Route.IsPermitted);

    public IEnumerable<(Route Route, HttpSample Sample)> Sampled =>
        routes.Where(r => !r.IsOutsideTheTrail || r.IsPermitted).Select(r => (r, shelf.Find(r.Name)!))
            .Where(r => r.Item2 is not null);

    public static async Task<SweepTarget> OfProduct()
    {
        var app = await ClinicApp.Get();
        return new SweepTarget(app, app.Url, Route.Of(app.ApiServices), SampleShelf.OfRepository());
    }

    /// <summary>
    /// A session of the role in the clinic; DELETEs may end it, so they ask for a fresh one. An owner's is otherwise the one that
    /// makes what samples name: an export is opened to a session, not to a person.
    /// </summary>
    public async Task<SweepSession> Session(SignedUpClinic clinic, Role role, bool fresh)
    {
        if (!fresh && sessions.TryGetValue((clinic.Id, role), out var known))
        {
            return known;
        }

        var client = role switch
        {
            Role.Operator => await app.SignInOperator(),
            Role.Owner => fresh ? app.Client() : clinic.Owner,
            _ => (await app.Join(clinic, Codes.Of(role))).Client,
        };
        if (role == Role.Owner && fresh)
        {
            (await client.SignIn(clinic.Email, clinic.Password)).Expect(System.Net.HttpStatusCode.Created);
        }

        var session = new SweepSession(client.Cookies.GetCookieHeader(app.Site), client.CsrfToken!);
        return fresh ? session : sessions[(clinic.Id, role)] = session;
    }

    /// <summary>
    /// A session that may do all that an owner may, at one location at which nobody is seen: no member has it, and with it every
    /// route can be asked for a patient of another location.
    /// </summary>
    public async Task<SweepSession> BoundSession(SignedUpClinic clinic)
    {
        var who = (await clinic.Owner.Get("/v1/sessions/current")).Expect(System.Net.HttpStatusCode.OK).Json;
        var (tenant, now) = (TenantId.Parse(clinic.Id), app.Clock.GetUtcNow());
        var token = SessionToken.Draw(tenant);
        var row = SessionRow.Write(
            token.StoredHash, Id.New<SessionId>(now), Id.Parse<MemberId>(who["member"]!.GetValue<string>()), Role.Owner,
            LocationScope.Of([Id.New<LocationId>(now)]), now, freeze: null);
        var store = app.ApiServices.GetRequiredService<TenantStores>().For(Caller.System(tenant, "sweep", "bound"));
        var commit = await store.Commit(Change.By(store.Caller, AuditAction.SignedIn).Insert(row), CancellationToken.None);
        Xunit.Assert.True(commit.Holds(out _));
        return new SweepSession($"session={token}", token.CsrfToken);
    }

    public async Task<SweepSession> RightSession(SignedUpClinic clinic, Route route) =>
        await Session(
            shelf.Find(route.Name) is { EndsItsClinic: true } ? await app.SignUpClinic() : clinic,
            route.RightRole ?? throw new InvalidOperationException($"No swept role may call {route}."),
            fresh: route.Method == "DELETE");

    /// <summary>
    /// A sample with an id that nothing has in place of each variable: for what must be refused before it is looked at.
    /// </summary>
    public static FilledSample FillBlank(HttpSample sample) => Fill(sample, _ => Guid.CreateVersion7().ToString());

    /// <summary>A sample whose variables name things that exist, made through the Api in the given clinic.</summary>
    /// <param name="role">Of whom everything is made; null for whoever may.</param>
    public async Task<FilledSample> Fill(HttpSample sample, SignedUpClinic clinic, string? role = null)
    {
        var values = new Dictionary<string, string>();
        var made = new Dictionary<Maker, Answered>();
        var world = SampleWorld.Of(app, clinic);
        var texts = sample.Headers.Where(h => !IsSetHere(h.Name)).Select(h => h.Value).Append(sample.Path)
            .Append(sample.Body ?? "");
        foreach (var variable in texts.SelectMany(HttpSample.Variables).Distinct())
        {
            values[variable] = sample.Made.TryGetValue(variable, out var maker)
                ? await Make(maker with { As = maker.As ?? role }, clinic, made)
                : await SampleVariables.Value(variable, world);
        }

        return Fill(sample, v => values.GetValueOrDefault(v, ""));
    }

    public static FilledSample Fill(HttpSample sample, Func<string, string> value) => new(
        sample.Method, HttpSample.Fill(sample.Path, value),
            [.. sample.Headers.Select(h => (h.Name, HttpSample.Fill(h.Value, value)))],
        sample.Body is null ? null : HttpSample.Fill(sample.Body, value));

    /// <summary>Sends a filled sample as one session, or as nobody.</summary>
    public async Task<Answered> Send(FilledSample sample, SweepSession? session, bool csrf = true,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(sample.Method), new Uri(api, sample.Path));
        if (sample.Body is not null)
        {
            var type = sample.Headers.FirstOrDefault(h => h.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                .Value;
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sample.Body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type ?? "application/json");
        }

        foreach (var (name, value) in sample.Headers.Where(h => !IsSetHere(h.Name)).Concat(headers))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", session.Cookie);
        }

        if (session is not null && csrf)
        {
            request.Headers.TryAddWithoutValidation("X-CSRF-Token", session.CsrfToken);
        }

        using var response = await Http.SendAsync(request);
        return new Answered(response.StatusCode, await response.Content.ReadAsByteArrayAsync(), response.Headers,
            response.Content.Headers);
    }

    /// <summary>Calls a route by its sample and its right role; open routes as nobody.</summary>
    public async Task<Answered> Call(Route route, HttpSample sample, SignedUpClinic clinic, string? role = null)
    {
        var filled = await Fill(sample, clinic, role);
        var session = !route.IsPermitted ? null
            : role is null ? await RightSession(clinic, route)
            : await Session(clinic, Enum.GetValues<Role>().Single(r => Codes.Of(r) == role), fresh: false);
        return await Send(filled, session);
    }

    /// <summary>Headers of a session stand in samples for people who replay them; sweeps decide these themselves.</summary>
    public static bool IsSetHere(string header) =>
        header.ToUpperInvariant() is "CONTENT-TYPE" or "COOKIE" or "X-CSRF-TOKEN" or "IDEMPOTENCY-KEY";

    /// <param name="made">Answers of writes for this sample: what it names of one is of one making.</param>
    private async Task<string> Make(Maker maker, SignedUpClinic clinic, Dictionary<Maker, Answered> made)
    {
        var making = maker with { Field = "" };
        if (made.TryGetValue(making, out var before))
        {
            return maker.Of(before) ?? throw new InvalidOperationException($"No {maker.Field} in {maker.Operation}.");
        }

        var isRead = !RouteOf(maker.Operation).ChangesState;
        string? earlier = null;
        if (maker.After is { } first)
        {
            earlier = isRead ? maker.Of(await CallByName(maker.Operation, clinic, maker.As)) : null;
            await CallByName(first, clinic, maker.As);
        }

        // What a worker makes is there a moment later: a read is asked again until it says something new, a write is done once.
        if (isRead)
        {
            return await Until.Holds(
                async () => maker.Of(await CallByName(maker.Operation, clinic, maker.As)) is { } now && now != earlier
                    ? now : null,
                $"{maker.Operation}.{maker.Field}");
        }

        made[making] = await CallByName(maker.Operation, clinic, maker.As);
        return maker.Of(made[making]) ?? throw new InvalidOperationException($"No {maker.Field} in {maker.Operation}.");
    }

    private async Task<Answered> CallByName(string operation, SignedUpClinic clinic, string? role)
    {
        var answer = await Call(RouteOf(operation), shelf.Need(operation), clinic, role);
        return (int)answer.Status is >= 200 and < 300
            ? answer : throw new InvalidOperationException($"{operation} answered {answer.Status}: {answer.Text}");
    }

    private Route RouteOf(string operation) => (makers ?? routes).First(r => r.Name == operation);
}

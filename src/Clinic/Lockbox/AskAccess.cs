using System.Text.Json;
using Clinic.Identity;
using Clinic.Platform.Access;
using Clinic.Platform.Http;
using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Clinic.Platform.Trail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Clinic.Lockbox;

/// <param name="Text">Seen by the clinic's owners when they are signed in; never in a mail.</param>
/// <param name="Scope">What is to be read, of which patients, and for how many hours.</param>
public sealed record AskAccessRequest(string Clinic, AccessReason Reason, string Text, AccessScope Scope);

public sealed record AskAccessResponse(AccessId Id);

/// <summary>
/// An operator asks a clinic for access (ISO-6). Nothing is open by it: a worker brings the request to the clinic, whose owners
/// are mailed, and one of them answers.
/// </summary>
public static class AskAccess
{
    public const int TextLengthMax = 1000;

    internal static async Task<Results<Created<AskAccessResponse>, ProblemHttpResult>> Handle(
        AskAccessRequest request, Caller caller, TenantStore store, Sessions sessions, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var state = TenantId.TryParse(request.Clinic, out var clinic) && !clinic.IsPlatform
            ? await sessions.StateOf(clinic, ct) : null;
        var name = (await MemberItem.Read(store, caller.Member!.Value, ct))?.Profile.Name ?? "";
        if (!Decide(request, state, Id.New<AccessId>(now), caller.Member.Value, name, now).Holds(out var asked, out var why))
        {
            await store.Note(
                new AuditEntry(caller, AuditAction.AccessAsked, AuditOutcome.Refused) { Note = why.Code }, ct);
            return Problems.From(why);
        }

        var response = new AskAccessResponse(asked.Id);
        var location = $"/platform/v1/access-requests/{asked.Id}";
        var subject = Keys.Hex(asked.Id.Value);
        var change = Change.By(caller, AuditAction.AccessAsked, subject: subject)
            .Noting($"{asked.Clinic}: {AccessNotes.Scope(asked.Asked)}")
            .Insert(AccessItem.AtPlatform(asked))
            .Publish(Topics.AccessAsked, subject)
            .Answers(new Answer(201, location, null,
                JsonSerializer.SerializeToUtf8Bytes(response, LockboxJson.Default.AskAccessResponse)));
        var commit = await store.Commit(change, ct);
        return commit.Holds(out why) ? TypedResults.Created(location, response) : Problems.From(why);
    }

    /// <summary>Pure: id, time and the clinic's state come in.</summary>
    internal static Outcome<AccessRequest> Decide(
        AskAccessRequest request, TenantState? state, AccessId id, MemberId by, string name, DateTimeOffset now)
    {
        var rules = request.Scope.Check(new FieldRules()
            .Need(TenantId.TryParse(request.Clinic, out _), "clinic", "a clinic's id: eight small letters or digits")
            .Text(request.Text.Replace('\n', ' '), "text", TextLengthMax));
        if (rules.Refusal is { } refusal)
        {
            return refusal;
        }

        return state switch
        {
            null or { Status: TenantStatus.Purged } => Problems.NotFound,
            { Status: not TenantStatus.Active } => AccessRefusals.NotAsked,
            _ => new AccessRequest(
                id, TenantId.Parse(request.Clinic), by, request.Reason, request.Scope, now,
                new AccessWords(request.Text.Trim(), name)),
        };
    }
}

/// <summary>What of a grant stands in trails: codes and numbers.</summary>
internal static class AccessNotes
{
    public static string Fields(IEnumerable<AccessField> fields) => string.Join(' ', fields.Select(Codes.Of));

    public static string Scope(AccessScope scope) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Fields(scope.Fields)}; {scope.Patients.Count} patients; {scope.Hours} h");
}

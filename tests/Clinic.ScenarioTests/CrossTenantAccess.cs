using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Clinic.Platform.Access;
using Clinic.Platform.Cloud;
using Clinic.Platform.Store;
using Clinic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class CrossTenantAccess
{
    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task Another_clinics_patient_is_answered_like_one_that_never_was()
    {
        var (own, other) = await TwoClinics();
        var theirs = (await other.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var nobody = $"/v1/patients/{Guid.CreateVersion7()}";

        foreach (var suffix in (string[])["", "/versions", "/consents"])
        {
            var foreign = (await own.Owner.Get(theirs + suffix)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            var absent = (await own.Owner.Get(nobody + suffix)).ExpectProblem(HttpStatusCode.NotFound, "not-found");
            Assert.Equal(absent.Text, foreign.Text);
        }

        var form = Samples.Registration()["patient"]!.DeepClone();
        (await own.Owner.Put(theirs, form, "\"1\"")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("\"1\"", (await other.Owner.Get(theirs)).Expect(HttpStatusCode.OK).ETag);
    }

    [Fact]
    [Trait("Promise", "ISO-4")]
    public async Task The_same_person_at_two_clinics_is_two_patients_that_nothing_links()
    {
        var (own, other) = await TwoClinics();
        var registration = Samples.Registration(given: "Gurpreet");
        (await own.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);

        var search = new JsonObject { ["phone"] = registration["patient"]!["phone"]!.DeepClone() };
        Assert.Empty((await other.Owner.Post("/v1/patients/search", search)).Expect(HttpStatusCode.OK)
            .Json["patients"]!.AsArray());
        (await other.Owner.Post("/v1/patients", registration)).Expect(HttpStatusCode.Created);

        var app = await ClinicApp.Get();
        var (mine, theirs) = (await IndexPartitions(app, own), await IndexPartitions(app, other));
        Assert.NotEmpty(mine);
        Assert.Equal(mine.Count, theirs.Count);

        // Coarse tokens of 16 bits may meet by chance; those of phone, mail and duplicates must not.
        Assert.Empty(mine.Where(t => t.Length > 20).Intersect(theirs));
    }

    [Fact]
    [Trait("Promise", "ISO-2")]
    public async Task A_session_secret_under_another_clinics_name_opens_nothing()
    {
        var (own, other) = await TwoClinics();
        var app = await ClinicApp.Get();
        var cookie = Assert.Single(own.Owner.Cookies.GetCookies(app.Site));
        using var forged = app.Client();
        forged.Cookies.SetCookies(app.Site, $"{cookie.Name}={other.Id}{cookie.Value[8..]}; Secure; Path=/");
        (await forged.Get("/v1/sessions/current")).ExpectProblem(HttpStatusCode.Unauthorized, "session-required");
    }

    [Fact]
    [Trait("Promise", "ISO-1")]
    public async Task The_store_refuses_a_query_that_code_gets_wrong()
    {
        var (own, other) = await TwoClinics();
        var app = await ClinicApp.Get();
        var path = (await other.Owner.Post("/v1/patients", Samples.Registration())).Expect(HttpStatusCode.Created)
            .Headers.Location!.ToString();
        var patient = new PatientId(Guid.Parse(path.Split('/')[^1]));
        var ownSession = await app.ApiServices.GetRequiredService<TenantSessions>()
            .For(RoleNames.TenantData, TenantId.Parse(own.Id), CancellationToken.None);

        // A wrong line of code: the other clinic's partition on this clinic's credentials.
        var wrong = new GetItemRequest
        {
            TableName = CloudNames.Local.Table(CloudParts.Records),
            Key = new()
            {
                ["pk"] = new() { S = Keys.Partition(TenantId.Parse(other.Id), Keys.Patient(patient).Area) },
                ["sk"] = new() { S = Keys.Head },
            },
        };
        var refused = await Assert.ThrowsAnyAsync<Amazon.DynamoDBv2.AmazonDynamoDBException>(() =>
            ownSession.Dynamo.GetItemAsync(wrong));
        Assert.Equal("AccessDeniedException", refused.ErrorCode);

        var otherSession = await app.ApiServices.GetRequiredService<TenantSessions>()
            .For(RoleNames.TenantData, TenantId.Parse(other.Id), CancellationToken.None);
        Assert.NotEmpty((await otherSession.Dynamo.GetItemAsync(wrong)).Item);
    }

    private static async Task<(SignedUpClinic Own, SignedUpClinic Other)> TwoClinics()
    {
        var app = await ClinicApp.Get();
        return (await app.SignUpClinic(), await app.SignUpClinic());
    }

    private static async Task<IReadOnlyList<string>> IndexPartitions(ClinicApp app, SignedUpClinic clinic)
    {
        var prefix = $"T#{clinic.Id}#IDX#";
        return [.. (await app.Raw.All(CloudParts.Records, prefix)).Select(row => row["pk"].S[prefix.Length..])];
    }
}

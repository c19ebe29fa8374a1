using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clinic.HouseTests.Shapes;
using Clinic.HouseTests.Sweeps;
using Clinic.Platform.Access;
using Clinic.Platform.Store;
using Clinic.Testing;
using Clinic.Testing.Sweeps;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>What a reviewer should see change: who may do what, the routes, the keys, the published description.</summary>
[Collection(nameof(EveryRoute))]
public sealed class TheShapeOfTheProduct
{
    [Fact]
    [Trait("Promise", "RBAC-1")]
    public void Who_may_do_what() => Snapshot.Matches("policy.txt", PolicyGrid.Text(Policy.Allows));

    [Fact]
    public async Task The_routes() => Snapshot.Matches("routes.txt", PolicyGrid.Routes((await SweepTarget.OfProduct()).Routes));

    [Fact]
    public void The_keys() => Snapshot.Matches("keys.txt", KeySpellings.Text());

    [Fact]
    public async Task The_OpenAPI_document()
    {
        var app = await ClinicApp.Get();
        using var client = app.Client();
        var document = (await client.Get("/openapi/v1.json")).Expect(System.Net.HttpStatusCode.OK).Json.AsObject();

        // The address is this run's own.
        document.Remove("servers");
        Snapshot.Matches("openapi.json", Pretty(document));
    }

    [Fact]
    public void A_changed_grant_changes_the_grid()
    {
        var real = PolicyGrid.Text(Policy.Allows);
        var planted = PolicyGrid.Text((role, permission) => role == Role.Operator && permission == Permission.PatientRead
            || Policy.Allows(role, permission));
        Assert.Contains("PatientRead", Snapshot.Difference(real, planted), StringComparison.Ordinal);
    }

    [Fact]
    public void Key_spellings_hide_what_is_random_and_show_the_rest()
    {
        Assert.Equal(KeySpellings.Text(), KeySpellings.Text());
        Assert.Contains("CLK#<kind> / <subject>", KeySpellings.Text(), StringComparison.Ordinal);
        Assert.Contains($"{nameof(Keys.Patient)}(patient)", KeySpellings.Text(), StringComparison.Ordinal);
    }

    private static string Pretty(JsonObject document)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }
}

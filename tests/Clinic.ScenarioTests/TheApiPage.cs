using System.Net;
using Clinic.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class TheApiPage
{
    [Fact]
    public async Task The_openapi_document_describes_every_route_of_the_product()
    {
        var app = await ClinicApp.Get();
        using var anybody = app.Client();
        var document = (await anybody.Get("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;
        Assert.StartsWith("3.1", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);

        var described = document["paths"]!.AsObject().SelectMany(p =>
            p.Value!.AsObject().Select(o => o.Value!["operationId"]?.GetValue<string>()));
        var routed = app.ApiServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.Contains("/v1/", StringComparison.Ordinal)
                && !e.RoutePattern.RawText.Contains("openapi", StringComparison.Ordinal))
            .Select(e => e.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName);
        Assert.Equal(routed.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("/docs/index.html", "text/html")]
    [InlineData("/confirm", "text/html")]
    [InlineData("/confirm.js", "text/javascript")]
    [InlineData("/exports/01a21396-16e7-7923-921a-8b7a318f40d9", "text/html")]
    [InlineData("/export.js", "text/javascript")]
    [Trait("Promise", "AIX-12")]
    public async Task Pages_load_nothing_from_another_host(string path, string type)
    {
        var app = await ClinicApp.Get();
        using var anybody = app.Client();
        var page = (await anybody.Get(path)).Expect(HttpStatusCode.OK);
        Assert.Equal(type, page.ContentHeaders.ContentType!.MediaType);
        Assert.DoesNotContain("src=\"http", page.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"http", page.Text, StringComparison.OrdinalIgnoreCase);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }
}

using System.Net;
using System.Net.Http.Headers;
using Clinic.Testing;
using Xunit;

namespace Clinic.ScenarioTests;

public sealed class UnknownRoutes
{
    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound, "no-such-route")]
    [InlineData("GET", "/v2/patients", HttpStatusCode.NotFound, "no-such-route")]
    [InlineData("DELETE", "/v1/patients", HttpStatusCode.MethodNotAllowed, "method")]
    public async Task What_is_no_route_is_a_problem_document(string method, string path, HttpStatusCode status, string code)
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        (await clinic.Owner.Send(new HttpMethod(method), path)).ExpectProblem(status, code);
    }

    [Fact]
    public async Task Another_content_type_is_a_problem_document()
    {
        var clinic = await (await ClinicApp.Get()).SignUpClinic();
        var answer = await clinic.Owner.Send(HttpMethod.Post, "/v1/patients", Samples.Registration(),
            r => r.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"));
        answer.ExpectProblem(HttpStatusCode.UnsupportedMediaType, "media-type");
    }
}

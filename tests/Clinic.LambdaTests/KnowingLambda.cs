using Clinic.Lambda;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.LambdaTests;

public sealed class KnowingLambda
{
    [Theory]
    [InlineData("", false)]
    [InlineData("AWS_REGION", false)]
    [InlineData("AWS_LAMBDA_FUNCTION_NAME", true)]
    [InlineData("AWS_LAMBDA_RUNTIME_API", true)]
    public void The_environment_says_it(string set, bool isLambda)
    {
        Assert.Equal(isLambda, LambdaEnvironment.IsLambdaBy(name => name == set ? "x" : null));
        Assert.False(LambdaEnvironment.IsLambdaBy(name => name == set ? "" : null));
    }

    [Fact]
    public void Elsewhere_Kestrel_stays_the_server()
    {
        Assert.False(LambdaEnvironment.IsLambda);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.RestApi);
        Assert.Contains("Kestrel", Server(builder), StringComparison.Ordinal);
        builder.Services.AddAWSLambdaHosting(LambdaEventSource.RestApi, o => o.RuntimeApi = "127.0.0.1:9001");
        Assert.Equal(nameof(RestServer), Server(builder));
    }

    private static string Server(WebApplicationBuilder builder) =>
        builder.Services.Where(s => s.ServiceType == typeof(IServer)).Select(s =>
            s.ImplementationType?.Name ?? s.ImplementationFactory!.Method.DeclaringType!.FullName!).Single();
}

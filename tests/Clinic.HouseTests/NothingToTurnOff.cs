using Clinic.HouseTests.Tidy;
using Clinic.Testing;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Clinic.HouseTests;

/// <summary>
/// Everything is on by default (ISO-7). What the product reads of its surroundings is a list of names in an allow-list, each with
/// what it decides; none decides whether isolation, encryption or the trail is on. The choice that tests have, a gate that does
/// not evaluate, is in no assembly that is deployed.
/// </summary>
public sealed class NothingToTurnOff
{
    private static readonly string[] Deployed = ["src/Clinic/", "src/Clinic.Api/", "src/Clinic.Worker/", "src/Clinic.Lambda/"];

    [Fact]
    [Trait("Promise", "ISO-7")]
    public void No_surrounding_is_read_but_those_that_are_listed() => Snapshot.Pins(
        "surroundings.txt", SourceFile.All().Where(IsDeployed).SelectMany(Reads).Distinct());

    [Fact]
    [Trait("Promise", "ISO-7")]
    public void What_is_deployed_knows_nothing_of_the_local_gate()
    {
        var projects = Deployed.Select(folder => Repository.Read($"{folder}{folder.Split('/')[1]}.csproj")).ToList();
        Assert.All(projects, p => Assert.DoesNotContain("Clinic.Local.csproj", p, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Environment.GetEnvironmentVariable(\"AUDIT_OFF\")", "GetEnvironmentVariable AUDIT_OFF")]
    [InlineData("variable(\"AUDIT_OFF\")", "variable AUDIT_OFF")]
    [InlineData("Required(\"AUDIT_OFF\")", "Required AUDIT_OFF")]
    [InlineData("Environment.GetEnvironmentVariable(name)", "GetEnvironmentVariable name")]
    [InlineData("app.Configuration[\"Audit:Off\"]", "Configuration Audit:Off")]
    [InlineData("configuration.GetValue<bool>(\"AuditOff\")", "GetValue AuditOff")]
    [InlineData("AppContext.TryGetSwitch(\"AuditOff\", out var off)", "TryGetSwitch AuditOff")]
    public void Another_switch_is_seen(string code, string seen)
    {
        var file = new SourceFile("src/Clinic/A.cs", $"class A {{ void M() {{ var x = {code}; }} }}");
        Assert.Equal([seen], Reads(file));
    }

    private static bool IsDeployed(SourceFile file) =>
        Deployed.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>How a program can ask its surroundings: the environment, configuration, switches of the runtime.</summary>
    private static IEnumerable<string> Reads(SourceFile file)
    {
        foreach (var call in file.Nodes<InvocationExpressionSyntax>())
        {
            var member = call.Expression as MemberAccessExpressionSyntax;
            var name = member?.Name.Identifier.Text ?? call.Expression.ToString();
            var asks = name is "GetEnvironmentVariable" or "GetValue" or "GetSection" or "TryGetSwitch" or "GetData"
                || (member is null && name is "variable" or "Required");
            if (asks && call.ArgumentList.Arguments.Count > 0)
            {
                yield return $"{name} {Text(call.ArgumentList.Arguments[0].Expression)}";
            }
        }

        foreach (var access in file.Nodes<ElementAccessExpressionSyntax>()
            .Where(a => a.Expression.ToString().EndsWith("onfiguration", StringComparison.Ordinal)))
        {
            yield return $"Configuration {Text(access.ArgumentList.Arguments[0].Expression)}";
        }
    }

    private static string Text(ExpressionSyntax expression) =>
        expression is LiteralExpressionSyntax literal ? literal.Token.ValueText : expression.ToString();
}

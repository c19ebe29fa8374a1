using System.Diagnostics;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Advisories;

/// <summary>A project that asks for one package of a feed, under the repository's own build settings.</summary>
internal sealed class ThrowAwayProject : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("clinic-audit-");

    public ThrowAwayProject(string feed)
    {
        // Named as tests are, so that the settings ask for no analyzer, which this feed does not have.
        Write("Planted.Tests.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <Import Project="{RepositoryFiles.Path("Directory.Build.props")}" />
              <PropertyGroup><UseAppHost>false</UseAppHost></PropertyGroup>
              <ItemGroup><PackageReference Include="{AdvisoryFeed.Direct}" /></ItemGroup>
            </Project>
            """);
        Write("Directory.Packages.props", $"""
            <Project><ItemGroup><PackageVersion Include="{AdvisoryFeed.Direct}" Version="1.0.0" /></ItemGroup></Project>
            """);
        Write("nuget.config", $"""
            <configuration>
              <packageSources>
                <clear /><add key="planted" value="{feed}/index.json" protocolVersion="3" allowInsecureConnections="true" />
              </packageSources>
            </configuration>
            """);
    }

    /// <summary>Exit code and output. Nothing is read from or left in the caches of the machine.</summary>
    public async Task<(int ExitCode, string Output)> RestoreAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["restore", "--force", "-nodeReuse:false", "-v", "minimal"])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        bool IsOfThisBuild(string variable) => variable.StartsWith("MSBUILD", StringComparison.Ordinal);
        foreach (var inherited in start.Environment.Keys.Where(IsOfThisBuild).ToList()) { start.Environment.Remove(inherited); }

        start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder.FullName, "packages");
        start.Environment["NUGET_HTTP_CACHE_PATH"] = Path.Combine(_folder.FullName, $"http-{Path.GetRandomFileName()}");
        using var restore = Process.Start(start)!;
        var output = restore.StandardOutput.ReadToEndAsync();
        var errors = restore.StandardError.ReadToEndAsync();
        await restore.WaitForExitAsync();
        return (restore.ExitCode, await output + await errors);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);
}

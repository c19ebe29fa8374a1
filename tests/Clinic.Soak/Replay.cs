using System.Net;
using Clinic.Local;
using Clinic.Testing;
using Clinic.Testing.Sweeps;

namespace Clinic.Soak;

/// <summary>One sample of events/http, sent to a local run that stands already.</summary>
internal static class Replay
{
    public static async Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(1, "host", "mail", "email", "password", "operator");
        var file = arguments.Words[0];
        if (!File.Exists(file))
        {
            throw new UsageException($"There is no file {file}.");
        }

        var sample = HttpSample.Parse(Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file));
        var host = new Uri(arguments.Text("host", "http://127.0.0.1:5080"));
        var password = arguments.Text("password", DemoClinic.Password);
        using var owner = new ClinicClient(host, host);
        using var platform = new ClinicClient(host, host);
        using var stranger = new ClinicClient(host, host);
        using var mail = new Mailbox(new Uri(arguments.Text("mail", "http://127.0.0.1:5081")));
        var email = arguments.Text("email", DemoClinic.OwnerEmail);
        if (await SignIn(owner, email, password) is not { } clinic)
        {
            return 1;
        }

        await platform.SignIn(arguments.Text("operator", DemoClinic.OperatorEmail), password);
        var world = new SampleWorld(
            owner, clinic, email, password, stranger, mail, TimeProvider.System, () => Task.FromResult(platform));
        var (sent, answer) = await new SampleReplay(world, platform, SampleShelf.OfRepository()).Send(sample);
        Print(sent, answer);
        return (int)answer.Status < 400 ? 0 : 1;
    }

    /// <summary>The clinic's id; null with a word why, when nobody answers or nobody is let in.</summary>
    private static async Task<string?> SignIn(ClinicClient owner, string email, string password)
    {
        try
        {
            var session = await owner.SignIn(email, password);
            if (session.Status == HttpStatusCode.Created)
            {
                return session.Json["clinic"]!.GetValue<string>();
            }

            await Console.Error.WriteLineAsync($"{email} is not let in: {(int)session.Status} {session.Text}");
        }
        catch (HttpRequestException nobody)
        {
            await Console.Error.WriteLineAsync($"{nobody.Message}: start one with dotnet run --project src/Clinic.Local");
        }

        return null;
    }

    private static void Print(FilledSample sent, Answered answer)
    {
        Console.WriteLine($"{sent.Method} {sent.Path}");
        Console.WriteLine($"{(int)answer.Status} {answer.Status}");
        foreach (var (name, values) in answer.Headers.Concat(answer.ContentHeaders))
        {
            Console.WriteLine($"{name}: {string.Join(", ", values)}");
        }

        Console.WriteLine();
        Console.WriteLine(answer.Text);
    }
}

using System.Text.Json;

namespace Clinic.Testing;

/// <summary>What the SES stand-in accepted.</summary>
public sealed class Mailbox(Uri page) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = page };

    public void Dispose() => http.Dispose();

    /// <summary>All mails as the provider saw them, subjects, bodies and headers.</summary>
    public Task<string> Everything() => http.GetStringAsync("/store");

    public async Task<IReadOnlyList<ReceivedMail>> To(string address)
    {
        using var store = JsonDocument.Parse(await http.GetStringAsync("/store"));
        return [.. store.RootElement.GetProperty("emails").EnumerateArray()
            .Where(m => m.GetProperty("destination").GetProperty("to").EnumerateArray().Any(a => a.GetString() == address))
            .Select(m => new ReceivedMail(m.GetProperty("subject").GetString()!, m.GetProperty("body").GetProperty("text")
                .GetString() ?? ""))];
    }

    public Task<ReceivedMail> Await(string address, string subjectPart) => Until.Holds(
        async () => (await To(address)).FirstOrDefault(m => m.Subject.Contains(subjectPart, StringComparison.Ordinal)),
        $"mail '{subjectPart}'");
}

public sealed record ReceivedMail(string Subject, string Text);

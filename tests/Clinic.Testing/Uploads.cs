using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Clinic.Testing;

/// <summary>Uploads as a browser makes them: a ticket of ours, then a PUT straight to the store.</summary>
public static class Uploads
{
    public static async Task<Answered> Offer(ClinicClient client, byte[] bytes) =>
        (await client.Post("/v1/imports/uploads", new JsonObject
    {
        ["sizeBytes"] = bytes.Length,
        ["sha256"] = Convert.ToBase64String(SHA256.HashData(bytes)),
    })).Expect(HttpStatusCode.Created);

    public static async Task<HttpStatusCode> Put(JsonNode ticket, byte[] bytes)
    {
        var exactly = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        using var put = new HttpRequestMessage(HttpMethod.Put, new Uri(ticket["url"]!.GetValue<string>(), exactly));
        put.Content = new ByteArrayContent(bytes);
        foreach (var (name, value) in ticket["headers"]!.AsObject())
        {
            if (!put.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
            {
                put.Content.Headers.TryAddWithoutValidation(name, value.GetValue<string>());
            }
        }

        using var http = new HttpClient();
        return (await http.SendAsync(put)).StatusCode;
    }
}

using System.Text;
using System.Text.Json;
using Clinic.Incidents;
using Clinic.Patients;
using Clinic.Platform.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Clinic.Tests.Platform.Http;

/// <summary>Where the framework reads more than one spelling, or more than was meant.</summary>
public sealed class StrictReadingTests
{
    private static readonly JsonSerializerOptions Options = Make();

    [Theory]
    [InlineData("female", true)]
    [InlineData("Female", false)]
    [InlineData("FEMALE", false)]
    [InlineData(" female", false)]
    [InlineData("female ", false)]
    [InlineData("male,female", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    public void A_code_has_one_spelling(string code, bool isOne) => Holds(isOne, () => Read<Gender>($"\"{code}\""));

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[]")]
    public void A_code_is_text(string json) => Holds(false, () => Read<Gender>(json));

    [Fact]
    public void Every_code_comes_back_as_it_was_written() => Assert.All(Enum.GetValues<IncidentClockState>(), state =>
    {
        var written = JsonSerializer.Serialize(state, StrictJson.Default.IncidentClockState);
        Assert.Equal($"\"{Codes.Of(state)}\"", written);
        Assert.Equal(state, JsonSerializer.Deserialize(written, StrictJson.Default.IncidentClockState));
        Assert.Contains(Codes.Of(state), Codes.All(typeof(IncidentClockState)));
    });

    [Theory]
    [InlineData("2026-11-22T06:00:00Z", true)]
    [InlineData("2026-11-22T06:00:00.1234567+05:30", true)]
    [InlineData("2026-11-22T06:00:00-05:00", true)]
    [InlineData("2026-11-22T06:00Z", true)]
    [InlineData("2026-11-22", false)]
    [InlineData("2026-11-22T06:00:00", false)]
    [InlineData("2026-11-22T06:00", false)]
    [InlineData("2026-11-22 06:00:00Z", false)]
    [InlineData("1795327200", false)]
    [InlineData("", false)]
    public void An_instant_says_its_offset(string text, bool isOne) =>
        Holds(isOne, () => Read<Listing>($"{{\"names\":[],\"at\":\"{text}\",\"parts\":[]}}"));

    [Theory]
    [InlineData("[]", "[]", true)]
    [InlineData("[\"a\"]", "[{\"names\":null}]", true)]
    [InlineData("[null]", "[]", false)]
    [InlineData("[\"a\",null]", "[]", false)]
    [InlineData("[]", "[null]", false)]
    [InlineData("[]", "[{\"names\":[null]}]", false)]
    public void A_list_has_no_null_in_it(string names, string parts, bool isOne) =>
        Holds(isOne, () => Read<Listing>($"{{\"names\":{names},\"at\":\"2026-11-22T06:00:00Z\",\"parts\":{parts}}}"));

    [Theory]
    [InlineData("$", "body")]
    [InlineData("$.at", "at")]
    [InlineData("$.names[3]", "names[3]")]
    [InlineData("$.parts[0].names[1]", "parts[0].names[1]")]
    [InlineData("$.parts[0].secret", "parts[0]")]
    [InlineData("$.secret", "body")]
    [InlineData("$.secret.at", "body")]
    [InlineData("$.at.secret", "at")]
    [InlineData("$['a secret']", "body")]
    [InlineData("$.parts['a secret'].names", "parts")]
    [InlineData("$.parts[0", "parts")]
    [InlineData("$.", "body")]
    public void A_field_is_told_in_the_words_of_the_schema(string path, string field) =>
        Assert.Equal(field, JsonFields.Known(path, Options.GetTypeInfo(typeof(Listing)), Options));

    [Theory]
    [InlineData("application/json", null, true)]
    [InlineData("APPLICATION/JSON; charset=UTF-8", null, true)]
    [InlineData("application/json;charset=\"utf-8\"", "identity", true)]
    [InlineData(null, null, true)]
    [InlineData("no media type", null, true)]
    [InlineData("application/json;charset=utf-7", null, false)]
    [InlineData("application/json;charset=utf-16", null, false)]
    [InlineData("application/json;charset=", null, false)]
    [InlineData("application/json;charset=utf-8;charset=utf-7", null, false)]
    [InlineData("application/json-patch+json", null, false)]
    [InlineData("text/plain", null, false)]
    [InlineData("application/json", "gzip", false)]
    [InlineData("application/json", "identity, gzip", false)]
    [InlineData(null, "br", false)]
    public void A_body_is_of_its_type_in_UTF8_and_uncoded(string? type, string? coding, bool holds)
    {
        var headers = new HeaderDictionary { ["Content-Type"] = type, ["Content-Encoding"] = coding };
        Assert.Equal(holds, BodyForm.Holds(headers, ["application/json"], out _));
    }

    [Fact]
    public void A_route_that_names_no_type_looks_itself() => Assert.True(
        BodyForm.Holds(new HeaderDictionary { ["Content-Type"] = "application/fhir+json" }, null, out _));

    [Fact]
    public async Task A_body_that_breaks_is_the_clients_and_a_larger_one_is_not_kept()
    {
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("12345"));
        Assert.Null(await RequestBody.Read(http, 4, CancellationToken.None));
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes("12345"));
        Assert.Equal("12345", Encoding.UTF8.GetString((await RequestBody.Read(http, 5, CancellationToken.None))!));
        http.Request.Body = new BrokenStream();
        var fault = await Assert.ThrowsAsync<BadHttpRequestException>(() => RequestBody.Read(http, 5, CancellationToken.None));
        Assert.Equal(400, fault.StatusCode);
    }

    private static T? Read<T>(string json) => (T?)JsonSerializer.Deserialize(json, Options.GetTypeInfo(typeof(T)));

    private static void Holds(bool holds, Func<object?> read)
    {
        if (holds)
        {
            Assert.NotNull(read());
        }
        else
        {
            Assert.Throws<JsonException>(read);
        }
    }

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions();
        ClinicJson.Apply(options, [StrictJson.Default]);
        return options;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("broken");
    }
}

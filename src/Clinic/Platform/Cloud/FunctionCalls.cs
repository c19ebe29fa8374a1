using System.Net;
using System.Net.Http.Headers;

namespace Clinic.Platform.Cloud;

/// <summary>A function of ours did not answer. Says why by a code, never what it was given or said.</summary>
internal sealed class FunctionCallException(string code, Exception? inner = null)
    : Exception($"The function did not answer: {code}.", inner)
{
    public string Code { get; } = code;
}

/// <summary>
/// Invokes another function of the stage and waits for its answer (Lambda API, Invoke, RequestResponse), with the function's own
/// role. Stands where AWSSDK.Lambda would: delete this file when that package can be had (docs/adr/0003).
/// </summary>
internal sealed class FunctionCalls(AwsAccess aws) : IDisposable
{
    private const string ErrorHeader = "X-Amz-Function-Error";

    private readonly HttpClient http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = aws.Budget.Connect });

    /// <summary>One try: nothing that is asked for so may keep the asker in a loop.</summary>
    /// <param name="answerBytesMax">What is longer is no answer.</param>
    /// <exception cref="FunctionCallException">It failed, took too long, or may not be invoked.</exception>
    public async Task<byte[]> Invoke(string function, byte[] payload, TimeSpan timeMax, int answerBytesMax, CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(timeMax);
        var (path, query) = (
            $"/2015-03-31/functions/{aws.Names.Function(function)}/invocations", $"Qualifier={FunctionNames.Live}");
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(aws.ServiceUri("lambda"), $"{path}?{query}")) { Content = new ByteArrayContent(payload) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(SignedCall.Json);
        request.Headers.Add("X-Amz-Invocation-Type", "RequestResponse");
        await SignedCall.Sign(request, aws, "lambda", path, query, payload);
        try
        {
            return await Answer(request, answerBytesMax, time.Token);
        }
        catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
        {
            throw new FunctionCallException("time", late);
        }
        catch (HttpRequestException gone)
        {
            throw new FunctionCallException("connection", gone);
        }
        catch (IOException broken)
        {
            throw new FunctionCallException("connection", broken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> Answer(HttpRequestMessage request, int answerBytesMax, CancellationToken ct)
    {
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new FunctionCallException($"status-{(int)answer.StatusCode}");
        }

        if (answer.Headers.Contains(ErrorHeader))
        {
            throw new FunctionCallException("function");
        }

        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[answerBytesMax + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        return length <= answerBytesMax ? bytes[..length] : throw new FunctionCallException("size");
    }
}

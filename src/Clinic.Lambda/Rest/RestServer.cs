using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Clinic.Lambda;

/// <summary>
/// The server of an ASP.NET Core application on Lambda: takes REST proxy events from the Runtime API where Kestrel would take
/// connections. When the Runtime API can no longer be used the host stops with its error, so that the process ends with a code
/// other than zero and Lambda starts another.
/// </summary>
internal sealed class RestServer(
    IOptions<HostingOptions> options, IEnumerable<WarmUp> warmUps, IServiceProvider services,
    IHostApplicationLifetime lifetime, ILogger<RestServer> logger) : IServer
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public IFeatureCollection Features { get; } = new FeatureCollection();

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        var pipeline = new RestPipeline<TContext>(application);
        await WarmUp.RunAsync(warmUps, services, pipeline.ServeAsync, logger, cancellationToken);
        _loop = Task.Run(
            () => LambdaLoop.RunAsync(pipeline.ServeAsync, _stop.Token, Failed, options.Value.RuntimeApi), CancellationToken.None);
        _ = StopHostAfterLoopAsync();
    }

    /// <summary>Lets a running invocation finish. Throws what ended the loop, if anything did.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private void Failed(LambdaInvocation invocation, Exception failure) =>
        LambdaLog.InvocationFailed(logger, invocation.RequestId, failure.GetType().Name);

    private async Task StopHostAfterLoopAsync()
    {
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_loop.Exception?.InnerException is { } failure)
        {
            LambdaLog.LoopEnded(logger, failure.GetType().Name);
            lifetime.StopApplication();
        }
    }
}

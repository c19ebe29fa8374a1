using System.Runtime.InteropServices;
using Clinic.Local;

using var stop = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    return await LocalRun.RunAsync(LocalOptions.Parse(args), stop.Token);
}
catch (PrerequisiteMissingException missing)
{
    await Console.Error.WriteLineAsync(missing.Message);
    return 1;
}
catch (StandInFailedException failed)
{
    await Console.Error.WriteLineAsync(failed.Message);
    return 1;
}
catch (UsageException usage)
{
    await Console.Error.WriteLineAsync(usage.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}

void Stop(PosixSignalContext signal)
{
    // The run ends by itself: children first, then this process.
    signal.Cancel = true;
    stop.Cancel();
}

using System.Runtime.InteropServices;
using Clinic.Lambda;
using Clinic.Thumbnails;

// Two things in one executable: the function, which never looks into an image, and the decoder, which it starts for each one.
if (args is [DecoderProcess.Verb, var contentType])
{
    return Decode.Run(contentType, Console.OpenStandardInput(), Console.OpenStandardOutput());
}

using var stop = new CancellationTokenSource();
using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => stop.Cancel());
using var function = await LambdaInit.RunAsync(() => Task.FromResult(new ThumbnailFunction()));
await LambdaLoop.RunAsync((payload, _, ct) => function.Handle(payload, ct), stop.Token);
return 0;

namespace Clinic.Local;

/// <summary>Locks between processes: an exclusively opened file, which the system lets go when the holder dies.</summary>
public static class FileLock
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(200);

    /// <summary>Null when another holds it.</summary>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <param name="waiting">Called once when it has to wait.</param>
    public static async Task<FileStream> TakeAsync(string path, Action waiting, CancellationToken ct)
    {
        var told = false;
        while (true)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (!told)
            {
                waiting();
                told = true;
            }

            await Task.Delay(RetryAfter, ct);
        }
    }
}

using System.Text.Json.Nodes;

namespace Clinic.Local;

/// <summary>
/// Per shard, the last sequence number that was taken. Kept under the stream's ARN: a table made anew has a new
/// stream, and its numbers mean nothing in the old one. Without a folder it is memory only.
/// </summary>
internal sealed class StreamCheckpoints
{
    private readonly string? _file;
    private readonly string _streamArn;
    private readonly Dictionary<string, string> _done = [];

    private StreamCheckpoints(string? file, string streamArn)
    {
        _file = file;
        _streamArn = streamArn;
    }

    public static StreamCheckpoints Load(string? folder, string name, string streamArn)
    {
        var file = folder is null ? null : Path.Combine(folder, name);
        var checkpoints = new StreamCheckpoints(file, streamArn);
        if (File.Exists(file) && JsonNode.Parse(File.ReadAllText(file)) is JsonObject saved
            && saved["stream"]?.GetValue<string>() == streamArn)
        {
            foreach (var (shard, sequence) in saved["shards"]!.AsObject())
            {
                checkpoints._done[shard] = sequence!.GetValue<string>();
            }
        }

        return checkpoints;
    }

    public string? After(string shard) => _done.GetValueOrDefault(shard);

    public void Save(string shard, string sequence)
    {
        _done[shard] = sequence;
        Write();
    }

    public void Forget(string shard)
    {
        if (_done.Remove(shard))
        {
            Write();
        }
    }

    /// <summary>Forgets shards that the stream has dropped, so that the file does not grow for ever.</summary>
    public void Keep(IReadOnlySet<string> shards)
    {
        var gone = _done.Keys.Where(s => !shards.Contains(s)).ToList();
        gone.ForEach(s => _done.Remove(s));
        if (gone.Count > 0)
        {
            Write();
        }
    }

    // Written beside and renamed: a crash leaves the old file, and then events come again, which consumers must bear anyway.
    private void Write()
    {
        if (_file is null)
        {
            return;
        }

        var shards = AwsJson.Object([.. _done.Select(d => (d.Key, (JsonNode)d.Value))]);
        var temporary = _file + ".new";
        File.WriteAllText(temporary, AwsJson.Object(("stream", _streamArn), ("shards", shards)).ToJsonString());
        File.Move(temporary, _file, overwrite: true);
    }
}

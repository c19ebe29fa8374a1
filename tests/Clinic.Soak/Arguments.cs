using System.Globalization;

namespace Clinic.Soak;

/// <summary>One long proof: what it is called, what it takes, what it does; its answer is the exit code.</summary>
internal sealed record Verb(string Name, string Arguments, string Says, Func<Arguments, Task<int>> Run);

/// <summary>What follows the verb: --name value, and words.</summary>
internal sealed record Arguments(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Options)
{
    public static Arguments Parse(ReadOnlySpan<string> args)
    {
        var words = new List<string>();
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(args[i]);
            }
            else if (++i < args.Length)
            {
                options[args[i - 1][2..]] = args[i];
            }
            else
            {
                throw new UsageException($"{args[i - 1]} needs a value.");
            }
        }

        return new Arguments(words, options);
    }

    /// <summary>Refuses what the verb does not know, so that a misspelt option is not a shorter proof.</summary>
    public Arguments Only(int words, params string[] options)
    {
        var unknown = Options.Keys.Except(options).Select(o => "--" + o).Concat(Words.Skip(words)).ToList();
        return unknown.Count == 0 && Words.Count == words
            ? this
            : throw new UsageException(unknown.Count > 0 ? $"What is {string.Join(' ', unknown)}?" : "Something is missing.");
    }

    public string Text(string name, string otherwise) => Options.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise)
    {
        if (!Options.TryGetValue(name, out var text))
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : throw new UsageException($"--{name} is a number.");
    }
}

internal sealed class UsageException(string message) : Exception(message);

using System.Buffers;

namespace Clinic.Testing.Isolation;

/// <summary>Finds which of many marks a text holds, in one pass.</summary>
public sealed class MarkSearch(IEnumerable<string> marks)
{
    private readonly string[] all = [.. marks.Distinct().OrderByDescending(m => m.Length)];
    private readonly SearchValues<string> any = SearchValues.Create([.. marks.Distinct()], StringComparison.OrdinalIgnoreCase);

    public IEnumerable<string> In(string text)
    {
        var found = new HashSet<string>();
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAny(any);
            if (next < 0)
            {
                break;
            }

            at += next;
            foreach (var mark in all.Where(m => text.AsSpan(at).StartsWith(m, StringComparison.OrdinalIgnoreCase)))
            {
                found.Add(mark);
            }

            at++;
        }

        return found;
    }
}

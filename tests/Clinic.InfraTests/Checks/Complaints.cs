using System.Text.Json.Nodes;
using Clinic.InfraTests.Reading;

namespace Clinic.InfraTests.Checks;

/// <summary>What a check found wrong. Checks only collect, so that a test can also see them find a planted fault.</summary>
internal sealed class Complaints
{
    private readonly List<string> _found = [];

    public IReadOnlyList<string> Found => _found;

    public void Add(string complaint) => _found.Add(complaint);

    public void Expect(bool holds, string otherwise)
    {
        if (!holds) { _found.Add(otherwise); }
    }

    /// <summary>The property is exactly this; null: it is not there.</summary>
    public void Same(Resource resource, string path, JsonNode? expected)
    {
        var actual = resource.Get(path);
        Expect(
            JsonNode.DeepEquals(actual, expected),
            $"{resource.Id}.{path} is {actual?.ToJsonString() ?? "absent"}, not {expected?.ToJsonString() ?? "absent"}");
    }

    /// <summary>The resource, or a complaint that there is not exactly one.</summary>
    public Resource? One(StageTemplates stage, string type, string path, string value)
    {
        var found = stage.Find(type, path, value);
        Expect(found is not null, $"there is not exactly one {type} with {path} {value}");
        return found;
    }
}

using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Clinic.LambdaTests;

[JsonSerializable(typeof(JsonValue))]
internal sealed partial class TestJson : JsonSerializerContext;

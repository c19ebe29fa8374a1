using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Clinic.Platform.Store;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class StoreJson : JsonSerializerContext;

namespace Clinic.Lambda;

/// <summary>The event is no REST proxy event. The text names a member, never a value.</summary>
internal sealed class RestEventException(string why) : Exception(why);

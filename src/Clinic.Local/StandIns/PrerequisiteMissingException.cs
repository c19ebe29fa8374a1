namespace Clinic.Local;

/// <summary>
/// Something that must be on the machine is not there. The message is one line for a person; Program prints it and ends with 1.
/// </summary>
public sealed class PrerequisiteMissingException(string message) : Exception(message);

using Clinic.Platform.Http;

namespace Clinic.Imports;

internal static class ReferencedFileRefusals
{
    public static readonly Refusal Offered = new(
        409, "reference-has-document", "This reference has its document, or a ticket for it, already.");
    public static readonly Refusal Unnamed = new(
        422, "reference-names-no-file",
        "This reference has its file in it, was entered in error, or does not say type, size and SHA-256 of the file.");
}

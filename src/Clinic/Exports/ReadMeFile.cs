using System.Text;

namespace Clinic.Exports;

/// <summary>What lies in an export, for whoever opens it years later. The same for every clinic.</summary>
internal static class ReadMeFile
{
    public static byte[] Write() => Encoding.UTF8.GetBytes(
        """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Export of a clinic</title></head><body>
        <h1>Export of a clinic</h1>
        <p>Text files are UTF-8. A file that ends with .ndjson has one JSON value in each line.</p>
        <dl>
        <dt>manifest.json</dt><dd>Every other file with its size and SHA-256, how much there is of what, and the SHA-256 of each
        line of the files of patients, sorted.</dd>
        <dt>patients-*.ndjson</dt><dd>One patient in each line: her whole record as a FHIR R4 bundle of type collection.</dd>
        <dt>consents-*.ndjson</dt><dd>One patient in each line: where each purpose stands, and what proves it.</dd>
        <dt>documents-*.ndjson</dt><dd>One document in each line: its name beside the bundles, its size and SHA-256 (base64), and
        the address at which the clinic reads its bytes.</dd>
        <dt>clinic.json</dt><dd>The clinic's account, its locations, and who works there.</dd>
        <dt>trail-*.ndjson</dt><dd>Every act on the clinic's records up to the start of the export, newest first, each with its
        hash and the hash of the entry before it in its chain.</dd>
        </dl>
        <p>Patients whose consent is withdrawn are not in it; the manifest says how many. Whoever was erased is nowhere.</p>
        </body></html>

        """);
}

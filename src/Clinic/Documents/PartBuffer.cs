using System.Security.Cryptography;

namespace Clinic.Documents;

/// <summary>
/// Room for one part, kept from document to document: a worker has one document at a time, and of the shared pool each thread
/// that the work passes through would keep an array of twice the size.
/// </summary>
internal sealed class PartBuffer
{
    private byte[]? spare;

    public byte[] Take() =>
        Interlocked.Exchange(ref spare, null) ?? GC.AllocateUninitializedArray<byte>(DocumentFiles.SealedPartBytes);

    /// <summary>What a client sent may have been in it.</summary>
    public void GiveBack(byte[] buffer)
    {
        CryptographicOperations.ZeroMemory(buffer);
        spare = buffer;
    }
}

using System.Globalization;
using Clinic.Testing.Faults;

namespace Clinic.Soak;

/// <summary>The whole matrix of acts, calls and faults.</summary>
internal static class Faults
{
    public static Task<int> Run(Arguments arguments)
    {
        arguments = arguments.Only(0, "only", "lanes");
        var lanes = arguments.Number("lanes", FaultsProof.LanesDefault);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Starting the product; {lanes} lanes."));
        return FaultsProof.Run(arguments.Text("only", ""), lanes, Console.WriteLine);
    }
}

namespace Clinic.InfraTests.Reading;

/// <summary>The working tree that these tests were built from.</summary>
internal static class RepositoryFiles
{
    private static readonly string Root = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Serverless.sln"))) { return folder.FullName; }
        }

        throw new DirectoryNotFoundException("These tests read the sources: run them from inside the repository.");
    }
}

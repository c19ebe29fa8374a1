namespace Clinic.ScenarioTests.Attacks;

/// <summary>All attacks; docs/threat-model.md has the same in a table.</summary>
internal static class Corpus
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        .. ById.All, .. ByName.All, .. ByToken.All, .. ByRole.All, .. ByMessage.All, .. AtTheStore.All, .. AtTheKeys.All,
        .. ByCopy.All, .. ByGrant.All, .. ByRecord.All,
        .. ByTransfer.All, .. InOneProcess.All,
    ];
}

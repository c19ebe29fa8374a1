using System.Text.Json.Nodes;
using Clinic.Chart;
using Clinic.Platform.Cloud;
using Clinic.Platform.Http;
using Clinic.Platform.Store;
using Clinic.Testing;
using static Clinic.ScenarioTests.Attacks.Tries;

namespace Clinic.ScenarioTests.Attacks;

/// <summary>Visits, notes and documents of the victim's patient.</summary>
internal static class ByRecord
{
    public static IEnumerable<Attack> All =>
    [
        Read("read-visit", "a visit of another clinic's patient", Known.ObjectLevel, AsAbsent(s => s.Victim.Visit),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Visit))),
        Read("read-notes", "the notes of such a visit", Known.ObjectLevel, AsAbsent(s => s.Victim.Visit + "/notes"),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Note))),
        Read("visit-under-own", "such a visit under the path of an own patient", Known.Reference,
            Http(404, s => s.Attacker.Owner.Get($"{s.Attacker.Path}/visits/{Last(s.Victim.Visit)}")),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Visit))),
        Read("read-document", "a document of another clinic's patient", Known.ObjectLevel, AsAbsent(s => s.Victim.Document),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Document))),
        Read("document-content", "the content of such a document", Known.ObjectLevel,
            AsAbsent(s => s.Victim.Document + "/content"), (s, wrong) => wrong.GetObject(CloudParts.Documents, Sealed(s))),
        Read("document-replaced", "an own document as the next version of the victim's", Known.Reference,
            Http(409, s =>
            {
                var offer = DocumentsOfAClinic.Offer(DocumentsOfAClinic.Pdf());
                offer["replaces"] = Last(s.Victim.Document);
                return s.Attacker.Owner.Offer(s.Attacker.Patient.ToString(), offer);
            }),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Document))),
        Read("timeline-of-another", "the timeline of another clinic's patient, and what it leads to", Known.ObjectLevel,
            AsAbsent(s => $"{s.Victim.Path}/chart"), (s, wrong) => wrong.Query(Area(s), "CHT#")),
        Read("list-health-documents", "which health documents another clinic's patient has", Known.ObjectLevel,
            AsAbsent(s => $"{s.Victim.Path}/health-documents"), (s, wrong) => wrong.Query(Area(s), "CHT#")),
        Read("read-health-document", "the health document of such a file", Known.ObjectLevel,
            AsAbsent(s => $"{s.Victim.Path}/health-documents/health-document/{Last(s.Victim.Document)}"),
            (s, wrong) => wrong.GetObject(CloudParts.Documents, Sealed(s))),
        Read("health-document-under-own", "the same under the path of an own patient", Known.Reference,
            Http(404, s => s.Attacker.Owner.Get(
                $"{s.Attacker.Path}/health-documents/health-document/{Last(s.Victim.Document)}")),
            (s, wrong) => wrong.Query(Area(s), Prefix(ChartKind.Document))),
    ];

    private static string Area(Scene scene) => Keys.Patient(scene.Victim.Patient).Area;

    private static string Prefix(ChartKind kind) => Keys.ChartPrefix(Codes.Of(kind));

    private static string Last(string path) => path.Split('/')[^1];

    private static string Sealed(Scene scene) =>
        $"T/{scene.Victim.Tenant}/documents/{Guid.Parse(Last(scene.Victim.Document)):N}/001";
}

using System.Collections.Frozen;
using Clinic.Platform.Access;
using Clinic.Platform.Crypto;

namespace Clinic.Records;

/// <summary>The resource types of FHIR R4 (hl7.org/fhir/R4/resourcelist.html), and which class of keys seals each.</summary>
internal static class FhirTypes
{
    public const string Patient = "Patient";

    /// <summary>A closed list: a type stands plainly in keys and reports, so it must not be what a file makes up.</summary>
    private static readonly FrozenSet<string> R4 = """
        Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
        BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
        ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
        CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
        CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
        DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
        EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
        FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
        ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
        Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
        MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
        MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
        MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
        MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
        Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
        Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole
        Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
        ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
        SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
        Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
        SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport
        TestScript ValueSet VerificationResult VisionPrescription
        """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Identities = FrozenSet.Create(
        StringComparer.Ordinal, Patient, "RelatedPerson", "Person", "Consent", "Coverage", "CoverageEligibilityRequest",
        "CoverageEligibilityResponse", "EnrollmentRequest", "EnrollmentResponse");

    private static readonly FrozenSet<string> Financials = FrozenSet.Create(
        StringComparer.Ordinal, "Account", "ChargeItem", "Claim", "ClaimResponse", "ExplanationOfBenefit", "Invoice",
        "PaymentNotice",
        "PaymentReconciliation");

    public static bool IsKnown(string type) => R4.Contains(type);

    public static KeyClass ClassOf(string type) =>
        Identities.Contains(type) ? KeyClass.Identity : Financials.Contains(type) ? KeyClass.Financial : KeyClass.Clinical;

    /// <param name="financialYear">Used for financial types only.</param>
    public static KeyRef KeyOf(PatientId patient, string type, int financialYear) => ClassOf(type) switch
    {
        KeyClass.Financial => KeyRef.Financial(patient, financialYear),
        var other => KeyRef.Of(patient, other),
    };

    /// <summary>The Indian financial year, April to March, by the year in which it begins.</summary>
    public static int FinancialYear(DateOnly day) => day.Month >= 4 ? day.Year : day.Year - 1;
}

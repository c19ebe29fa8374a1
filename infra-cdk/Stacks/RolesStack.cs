using Amazon.CDK.AWS.IAM;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>The roles of the code with its documents; a function may write its own log besides.</summary>
public sealed class RolesStack : ClinicStack
{
    /// <summary>What AWS grants at most when one role assumes another.</summary>
    private const int SessionSecondsMax = 3600;

    private readonly StackArns _arns;

    public RolesStack(Construct scope, ClinicStage stage, KeysStack keys)
        : base(scope, "Roles", stage)
    {
        _arns = new StackArns(Names, keys);
        var functions = Roles.Functions.ToDictionary(spec => spec.Name, Role);
        foreach (var spec in Roles.Assumed)
        {
            var role = Role(spec);

            // IAM refuses a trust policy that names a role which does not exist yet; the other way round it does not look.
            foreach (var caller in spec.Trust.Statements.SelectMany(statement => statement.Principals))
            {
                role.AddDependency(functions[((PolicyPrincipal.Role)caller).Name]);
            }
        }
    }

    private CfnRole Role(RoleSpec spec) => new(this, Id(spec.Name), new CfnRoleProps
    {
        RoleName = Names.RoleName(spec.Name),
        AssumeRolePolicyDocument = PolicyObjects.Of(BoundPolicy.Bind(spec.Trust, _arns), trust: true),
        MaxSessionDuration = SessionSecondsMax,
        Policies = Policies(spec).ToArray(),
    });

    /// <summary>IAM takes no document without a statement: who may do nothing has none.</summary>
    private IEnumerable<CfnRole.PolicyProperty> Policies(RoleSpec spec)
    {
        if (spec.Identity.Statements.Count > 0) { yield return Identity(spec); }
        if (spec.IsFunction) { yield return Log(spec); }
    }

    private CfnRole.PolicyProperty Identity(RoleSpec spec) => new()
    {
        PolicyName = "identity",
        PolicyDocument = PolicyObjects.Of(BoundPolicy.Bind(spec.Identity, _arns)),
    };

    /// <summary>Into the function's own group, made with its retention beside the function; not to make groups.</summary>
    private CfnRole.PolicyProperty Log(RoleSpec spec) => new()
    {
        PolicyName = "log",
        PolicyDocument = PolicyObjects.Of(new Dictionary<string, object>
        {
            ["Sid"] = "OwnLog",
            ["Effect"] = "Allow",
            ["Action"] = new object[] { "logs:CreateLogStream", "logs:PutLogEvents" },
            ["Resource"] = LogGroups.Arn(Names, LogGroups.OfRole(Names, spec.Name)) + ":*",
        }),
    };
}

using Amazon.CDK.AWS.KMS;
using Clinic.Infra.Constructs;
using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;
using Constructs;

namespace Clinic.Infra.Stacks;

/// <summary>
/// The customer-managed keys, apart from what they encrypt (ENC-5). A key cannot be made multi-Region, nor get another
/// spec, afterwards: what stands here stays.
/// </summary>
public sealed class KeysStack : ClinicStack
{
    private readonly Dictionary<KmsKeySpec, CfnKey> _keys = [];

    public KeysStack(Construct scope, ClinicStage stage)
        : base(scope, "Keys", stage)
    {
        // A key's own policy says "*" for the key, so nothing here asks for an ARN that is not yet known.
        var arns = new StackArns(Names, this);
        foreach (var spec in CloudParts.KmsKeys)
        {
            var key = new CfnKey(this, Id(spec.Name), new CfnKeyProps
            {
                Description = $"Clinic {stage.Name}: {spec.Name}",
                KeyPolicy = PolicyObjects.Of(BoundPolicy.Bind(ResourcePolicies.Of(spec), arns)),
                MultiRegion = spec.MultiRegion,
                KeySpec = spec.Signing ? "ECC_NIST_P256" : "SYMMETRIC_DEFAULT",
                KeyUsage = spec.Signing ? "SIGN_VERIFY" : "ENCRYPT_DECRYPT",

                // KMS rotates symmetric keys only; an old root of the trail must verify for years by the same public key.
                EnableKeyRotation = !spec.Signing,
                PendingWindowInDays = stage.KeyWaitDays,
            });
            key.ApplyRemovalPolicy(stage.Removal);
            _ = new CfnAlias(this, $"{Id(spec.Name)}Alias", new CfnAliasProps
            {
                AliasName = Names.KmsAlias(spec).Split(':')[^1],
                TargetKeyId = key.Ref,
            });
            _keys.Add(spec, key);
        }
    }

    internal string Arn(KmsKeySpec key) => _keys[key].AttrArn;
}

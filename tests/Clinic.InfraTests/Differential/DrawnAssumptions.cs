using Clinic.Platform.Cloud;
using Clinic.Platform.Cloud.Policies;

namespace Clinic.InfraTests.Differential;

/// <summary>Any role that wants to become any other, with the right tags and with others: identity and trust policy.</summary>
internal sealed class DrawnAssumptions(Draw draw, CloudNames names)
{
    private readonly NamedArns _arns = new(names);
    private readonly DrawnValues _values = new(draw);

    public IEnumerable<Drawn> Of(RoleSpec target, int count)
    {
        var trusted = Roles.Functions.Where(role => role.Identity.Statements
            .Any(one => one.Resources.Contains(new PolicyResource.Role(target.Name)))).ToList();
        var trust = BoundPolicy.Bind(target.Trust, _arns);
        for (var number = 0; number < count; number++)
        {
            var caller = trusted.Count > 0 && draw.Chance(65) ? draw.One(trusted) : draw.One(Roles.All);
            var context = new PolicyContext().Set("aws:PrincipalArn", names.RoleArn(caller.Name));
            if (!caller.IsFunction && draw.Chance(80)) { context.Set(KeyPatterns.PrincipalTenant, _values.Tenant()); }
            var tags = _values.RequestTags();
            foreach (var (key, value) in tags) { context.Set($"aws:RequestTag/{key}", value); }
            if (tags.Count > 0) { context.Set("aws:TagKeys", [.. tags.Select(tag => tag.Key)]); }
            yield return new Drawn(
                $"{caller.Name} becomes {target.Name}",
                new PolicyRequest(
                    draw.One(["sts:AssumeRole", "sts:AssumeRole", "sts:TagSession", "sts:TagSession", "sts:SetSourceIdentity"]),
                    names.RoleArn(target.Name), context),
                BoundPolicy.Bind(caller.Identity, _arns), trust, IsTrust: true, names.RoleArn(caller.Name));
        }
    }
}

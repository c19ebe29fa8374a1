using Clinic.Platform.Messaging;
using Clinic.Platform.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Clinic.Notifications;

/// <summary>Mails to people: which message causes which.</summary>
internal static class NotificationsModule
{
    public static void AddServices(IServiceCollection services) =>
        services.AddSingleton<IMailer, SesMailer>().AddSingleton<MailDelivery>();

    public static void Register(Consumers consumers)
    {
        consumers.On(Topics.ClinicSignedUp, (s, m, ct) => SendConfirmation.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(), s.GetRequiredService<TimeProvider>(),
            ct));
        consumers.On(Topics.ClinicConfirmed, (s, m, ct) => SendWelcome.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(), ct));
        consumers.On(Topics.StaffInvited, (s, m, ct) => SendInvitation.Handle(
            m, s.GetRequiredService<MailDelivery>(), s.GetRequiredService<MailSettings>(), s.GetRequiredService<TimeProvider>(),
            ct));
        consumers.OnSignal(Topics.MailSent, (s, e, ct) => RecordMailSent.Handle(
            e, s.GetRequiredService<TenantStores>(), s.GetRequiredService<TimeProvider>(), ct));
    }
}

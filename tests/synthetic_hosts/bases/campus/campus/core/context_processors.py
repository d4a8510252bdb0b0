from django.contrib.sites.models import Site


def branding(request):
    configuration = getattr(Site.objects.get_current(), "configuration", None)
    return {"platform_name": configuration.platform_name if configuration else "Campus"}

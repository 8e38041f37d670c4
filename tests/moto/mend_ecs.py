"""What moto 5.2.1 answers otherwise than ECS does."""

from moto.core.utils import camelcase_to_underscores
from moto.ecs.responses import EC2ContainerServiceResponse

# What is no field of a service, or is kept under another name.
OTHERWISE = {"clientToken", "cluster", "role", "serviceName", "taskDefinition"}


def keep_all(original):
    """A service keeps all that it was made with; moto drops most of it, though it takes it in a change."""

    def create(self):
        answer = original(self)
        name, cluster = self._get_param("serviceName"), self._get_param("cluster", "default")
        service = self.ecs_backend._get_service(cluster, name)
        for key, value in self._get_params().items():
            field = camelcase_to_underscores(key)
            if key not in OTHERWISE and not hasattr(service, field):
                setattr(service, field, value)
        return answer

    return create


def mend():
    """Mends the server that is about to start."""
    EC2ContainerServiceResponse.create_service = keep_all(EC2ContainerServiceResponse.create_service)

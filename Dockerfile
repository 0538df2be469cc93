# JupyterLab for docker-compose.yml: the packages of requirements.lock and the course, for a user who is not root.
FROM python:3.13-slim
RUN useradd --create-home --uid 1000 learner
WORKDIR /course
COPY requirements.lock .
RUN python -m pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: -r requirements.lock
COPY . .
# A new volume takes its owner from the folder that it covers.
RUN python -m pip install --no-cache-dir --no-index --no-deps --no-build-isolation --editable . \
    && install --directory --owner=learner --group=learner work
USER learner
EXPOSE 8888

# One image for web, worker, beat and relay; docker-compose.yml says which part runs which command.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/schools24
ENV PATH=/opt/schools24/bin:$PATH
WORKDIR /srv/schools24
COPY requirements/prod.txt requirements/
RUN pip install --require-hashes --requirement requirements/prod.txt

# Node, its packages and the originals of the front-end files stay behind in this stage.
FROM packages AS assets
COPY requirements/local.txt requirements/
RUN pip install --require-hashes --requirement requirements/local.txt
COPY package.json package-lock.json .npmrc ./
COPY schools24/__init__.py schools24/celery.py schools24/assets.py schools24/icons.txt schools24/
COPY static static
RUN python -m schools24.assets
COPY . .
# Nothing is contacted here; settings only want to know that these are set.
RUN python -m schools24.messages \
    && PRODUCTION=true SECRET_KEY=only-for-this-step \
    DATABASE_URL=postgresql://build/none REDIS_URL=redis://build/0 \
    python manage.py collectstatic --no-input

FROM python:3.11-slim-bookworm
# Pango and fonts draw the PDF documents; Noto brings the scripts of India.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /srv/schools24 --shell /usr/sbin/nologin schools24 \
    && install --directory --owner schools24 --group schools24 /var/lib/schools24
WORKDIR /srv/schools24
COPY --from=packages /opt/schools24 /opt/schools24
COPY . .
COPY --from=assets /srv/schools24/static/vendor static/vendor
COPY --from=assets /srv/schools24/staticfiles staticfiles
COPY --from=assets /srv/schools24/locale locale
ENV PATH=/opt/schools24/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PRODUCTION=true \
    SCHOOLS24_VAR=/var/lib/schools24 \
    WEB_CONCURRENCY=2
USER 10001:10001
VOLUME /var/lib/schools24
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["uvicorn", "schools24.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--proxy-headers", \
     "--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "10"]

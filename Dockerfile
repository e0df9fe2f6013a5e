# One image for every part of the distributed form; docker-compose.yml says which command each runs.
FROM python:3.11-slim

RUN useradd --create-home --uid 1000 huiyin && install -d -o huiyin /var/lib/huiyin
WORKDIR /app

# The dependencies first: they change less often than the code.
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
# Compiled here: whom the image runs as may not write beside the code.
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && python -m compileall -q .

ENV PYTHONUNBUFFERED=1 HUIYIN_DATA_DIR=/var/lib/huiyin
USER huiyin
VOLUME /var/lib/huiyin
EXPOSE 8000
CMD ["python", "-m", "console.serving"]

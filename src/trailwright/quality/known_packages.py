"""Import names of Python packages that lessons use and that exist (T5). Data; extend it freely. Pure."""

KNOWN_IMPORTS: frozenset[str] = frozenset(
    """
    PIL aiofiles aiohttp airflow alembic altair anthropic anyio apscheduler arrow asyncpg attr attrs
    babel bcrypt bokeh boto3 botocore bs4 cachetools cartopy catboost celery certifi chardet
    charset_normalizer click cloudpickle colorama conda cryptography cupy cv2 cvxpy cython dash dask
    dateutil datasets dill discord django docker dotenv duckdb dulwich einops elasticsearch emoji
    evaluate factory faiss faker fastapi fastavro feedparser filelock flask flask_login flask_migrate
    flask_sqlalchemy flax freezegun fsspec gensim geopandas git gradio graphene graphviz greenlet
    grpc gunicorn gym gymnasium h5py hdbscan httpx huggingface_hub hydra hypothesis imageio imblearn
    influxdb invoke ipywidgets isort itsdangerous jax jinja2 joblib jose jsonschema jupyter jwt kafka
    kaggle keras kivy langchain langchain_community langchain_core langchain_openai librosa lightgbm
    lightning llama_index loguru lxml markdown markupsafe marshmallow matplotlib mlflow mmh3 more_itertools
    moviepy msgpack mypy mysql nbformat networkx nicegui nltk noise numba numexpr numpy odmantic onnx
    onnxruntime openai openpyxl optuna orjson osmnx packaging paho pandas pandera panel paramiko
    passlib patsy peewee pendulum peft pika pint pip pkg_resources playwright plotly plotnine polars
    prefect prettytable prometheus_client prophet psutil psycopg psycopg2 pyarrow pyaudio pydantic
    pydantic_settings pydub pygame pygments pymc pymongo pymysql pyodbc pyomo pyparsing pypdf PyPDF2
    pyperclip pyspark pytest pytesseract pytorch_lightning pytz pyautogui qiskit rapidfuzz ray redis
    regex reportlab requests requests_html responses rich rq ruamel sacrebleu scapy scikitplot scipy
    scrapy seaborn selenium sentence_transformers sentry_sdk serial setuptools shap shapely simpy six
    skimage sklearn slack_sdk smolagents snowflake sounddevice spacy speech_recognition sqlalchemy
    sqlmodel starlette statsmodels streamlit structlog sympy tabulate tenacity tensorflow textblob
    textual thefuzz tiktoken timm tokenizers toml toolz torch torchaudio torchvision tornado tox tqdm
    transformers trl trio twilio typer typing_extensions ujson umap unidecode unsloth uvicorn vaderSentiment
    validators virtualenv vispy wandb watchdog websocket websockets werkzeug wordcloud wtforms xarray
    xgboost xlrd xlsxwriter yaml yfinance yt_dlp zmq
    """.split()  # noqa: SIM905 - three hundred quoted names would be harder to keep
)

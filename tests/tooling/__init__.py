"""models/tooling, in the environment that has the SDK: .venv-sagemaker."""

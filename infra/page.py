"""The review page: who may log in, and the HTTP API that serves the page, its calls and its media."""

import json

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk import aws_apigatewayv2 as http
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_logs as logs
from constructs import Construct

from circletake.contracts.people import ROLES
from infra.reasons import acknowledge
from infra.stages import Handler, Machine, Shared

#: Roles of people in the whole company; `{production}:{role}` groups are made for each production.
_GET, _POST = http.HttpMethod.GET, http.HttpMethod.POST
#: What is open, and why.
_OPEN = {
    "/": "The page itself: it holds no footage and asks for the login.",
    "/{page+}": "The page's scripts and styles, the same for everybody.",
    "/api/config": "Where to log in, asked before anybody has.",
    "/media/{grant}/{name+}": "The grant in the path is the key: a player cannot send headers. `review` checks it.",
}


class People(Construct):
    """The people of a company and their groups. An administrator invites; nobody signs up."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "People")
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            feature_plan=cognito.FeaturePlan.PLUS,
            standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.pool,
            "AwsSolutions-COG2",
            "The page cannot ask for a second factor yet; Cognito refuses passwords that are known to have leaked.",
        )
        for group in ROLES:
            cognito.CfnUserPoolGroup(self, group.capitalize(), user_pool_id=self.pool.user_pool_id, group_name=group)
        self.client = self.pool.add_client(
            "Page",
            auth_flows=cognito.AuthFlow(user_password=True),
            disable_o_auth=True,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.hours(16),  # a shooting day, with overtime
            # People answer for cards under their address, so nobody may give themselves another one.
            write_attributes=cognito.ClientAttributes().with_standard_attributes(nickname=True),
        )
        CfnOutput(scope, "UserPool", value=self.pool.user_pool_id)
        CfnOutput(scope, "UserPoolClient", value=self.client.user_pool_client_id)


class Page(Construct):
    """`review` behind one origin: the page and the media open, everything else for people who logged in."""

    def __init__(self, shared: Shared, people: People) -> None:
        super().__init__(shared.stack, "Page")
        review = Handler(
            shared, "review", Machine(Duration.seconds(29), memory=1769)
        )  # a manifest of a large card is CPU
        review.keeps_catalogue(only_people=True)
        review.emits()
        review.reads("review")
        review.reads_manifests()
        review.knows("CLIENT_ID", people.client.user_pool_client_id)

        self.api = http.HttpApi(self, "Api", create_default_stage=False)
        to_review = integrations.HttpLambdaIntegration("Review", review.function)
        logged_in = authorizers.HttpJwtAuthorizer(
            "LoggedIn",
            people.pool.user_pool_provider_url,
            jwt_audience=[people.client.user_pool_client_id],
        )
        for path, why in _OPEN.items():
            for route in self.api.add_routes(path=path, methods=[_GET], integration=to_review):
                acknowledge(route, "AwsSolutions-APIG4", why)
        self.api.add_routes(path="/api/{call+}", methods=[_GET, _POST], integration=to_review, authorizer=logged_in)
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.THREE_MONTHS, removal_policy=RemovalPolicy.DESTROY
        )
        # The route, never the path: a media path holds a grant, and a log is no place for a key.
        line = {
            name: f"$context.{variable}"
            for name, variable in (
                ("at", "requestTime"),
                ("request", "requestId"),
                ("from", "identity.sourceIp"),
                ("person", "authorizer.claims.sub"),
                ("route", "routeKey"),
                ("status", "status"),
                ("bytes", "responseLength"),
                ("error", "integrationErrorMessage"),
            )
        }
        http.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            default_route_settings=http.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=100, throttling_burst_limit=200
            ),
            access_log_settings=http.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=json.dumps(line)
            ),
        )
        self.url = f"{self.api.api_endpoint}/"
        CfnOutput(shared.stack, "PageUrl", value=self.url)

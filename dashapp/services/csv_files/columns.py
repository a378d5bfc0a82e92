"""The columns that are read of CSV files, and what other programs call them."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The documented columns by kind of file, with other names, the likeliest first, which are compared by letters and
#: digits. Among them are those of twarc, 4CAT, twint, rtweet, CrowdTangle, Facepager, X's analytics and old archive,
#: twitter-web-exporter, Gephi, NodeXL and SNAP.
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "ties": {
        "source": "from follower src id1 node1 user1 vertex1 fromid fromnodeid sourceid sender u",
        "target": "to followed followee following dst destination id2 node2 user2 vertex2 toid tonodeid targetid "
        "receiver v",
        "direction": "type",
        "source_name": "sourcelabel",
        "target_name": "targetlabel",
    },
    "people": {
        "person": "id userid accountid personid nodeid node uid",
        "handle": "username screenname account accountaddress login user acct",
        "name": "displayname fullname realname profilename label",
        "url": "link profileurl profile",
        "bio": "biography description",
        "links": "websites website",
        "verified_links": "",
        "followers": "followerscount followercount numfollowers nfollowers publicmetricsfollowerscount",
        "friends": "followingcount friendscount friendcount publicmetricsfollowingcount nfriends following follows",
        "posts": "statusescount tweetcount postscount postcount publicmetricstweetcount statuses tweets",
        "relation": "relationship",
        "follower_since": "followedsince",
        "friend_since": "followingsince connectedon",
    },
    "posts": {
        "post": "postid tweetid statusid objectid idstr id uri",
        "created_at": "created createdtime datetime timestamp published publishedat postedat postcreated posttime "
        "publishtime date time posted parsedcreatedat unixtimestamp postcreateddate datum",
        "time": "timeofday postcreatedtime uhrzeit",
        "kind": "type posttype tweettype",
        "text": "fulltext posttext tweettext body content rawcontent tweet message caption status description",
        "url": "link permalink postlink posturl tweeturl tweetpermalink permalinkurl tiktokurl",
        "language": "lang languageguess",
        "replies": "replycount repliescount publicmetricsreplycount comments commentcount commentscount numcomments "
        "commentssummarytotalcount answers",
        "reposts": "retweets retweetcount retweetscount repostcount publicmetricsretweetcount boosts reblogs "
        "reblogscount shares sharecount sharescount",
        "likes": "likecount likescount numlikes publicmetricslikecount likessummarytotalcount favorites favourites "
        "favoritecount favouritescount reactions reactionssummarytotalcount hearts",
        "quotes": "quotecount quotescount publicmetricsquotecount",
        "views": "viewcount viewscount impressions impressioncount publicmetricsimpressioncount postviews plays "
        "aufrufe",
        "author": "authorusername userusername accountusername username screenname userscreenname authorhandle "
        "ownerusername accounthandle user account fromname pagename authorname authorid userid",
        "reply_to": "inreplytostatusid referencedtweetsrepliedtoid inreplytoid inreplytotweetid inreplyto "
        "replytostatusid replyto isreply",
        "reply_to_author": "inreplytouserid inreplytousername inreplytoscreenname replytouserid replytoscreenname "
        "repliedauthor replieduser inreplytouser",
        "repost_of": "retweetedstatusid referencedtweetsretweetedid retweetedstatus isretweet retweetid "
        "retweetedtweet userrtid",
    },
}
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "ties": ("source", "target"),
    "people": ("person",),
    "posts": ("created_at",),
}
COUNTS: Mapping[str, tuple[str, ...]] = {
    "ties": (),
    "people": ("followers", "friends", "posts"),
    "posts": ("replies", "reposts", "likes", "quotes", "views"),
}
DATES: Mapping[str, tuple[str, ...]] = {
    "ties": (),
    "people": ("follower_since", "friend_since"),
    "posts": ("created_at",),
}
IDS: Mapping[str, tuple[str, ...]] = {"ties": ("source", "target"), "people": ("person",), "posts": ("post",)}
#: a table with one of these holds days and not posts, as X's overview of an account
OF_DAYS = frozenset({"unfollows", "tweetspublished", "createpost"})


def plain(name: str) -> str:
    """A name as it is compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", name.casefold())

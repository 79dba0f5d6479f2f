"""What people at a service desk say: openings, asking whether anybody is there, replies, goodbyes.

`{id}` is the agent's number as spoken, `{surname}` a surname, `{department}` where the call arrived. Written from
what agents of Chinese hotlines commonly say; no line is a line of any shipped prompt, and a test holds that.
"""

OPENINGS = (
    "您好，{id}号为您服务",
    "您好，工号{id}，请问有什么可以帮您",
    "您好，我是{id}号客服，请问您有什么需要",
    "您好，很高兴为您服务，请讲",
    "你好，请问什么事",
    "喂，您好",
    "喂，你好，请讲",
    "您好，请问有什么可以帮到您的",
    "您好，这边是{department}，请问怎么帮您",
    "您好，{department}，请问您咨询什么问题",
    "{department}，您好，我姓{surname}",
    "您好，我是客服小{surname}，工号{id}",
    "您好，客服代表{id}，很高兴为您服务",
    "您好，这里是{department}，有什么能帮您",
    "哎，您好，请说",
    "您好您好，请问您哪里需要帮助",
    "上午好，工号{id}为您服务",
    "下午好，{department}，请问怎么称呼您",
    "您好，让您久等了，请问有什么可以帮您",
    "不好意思让您久等了，您请说",
    "您好，欢迎来电，我是{id}",
    "您好，请问您要咨询什么业务",
    "你好，{department}的，有什么事您说",
    "您好，人工客服{id}，请讲",
    "您好，我是{surname}小姐，请问有什么需要帮忙的",
    "您好，我是这边的值班员，请问您有什么事",
    "嗯，您好，请问有什么问题",
    "您好，{id}很高兴接听您的电话",
    "喂，您好，这里是{department}",
    "喂，哪位，有什么事情",
    "您好，请问您是哪一位",
    "您好，客服中心，工号{id}",
    "您好，我是您的客服专员{surname}，请问需要什么帮助",
    "感谢您的等待，我是{id}号，请问您要办什么",
    "您好，接线员{id}，请问您反映什么情况",
    "你好你好，您讲",
    "您好，{department}{id}号坐席，请问您需要什么服务",
    "您好，先生女士，请问有什么可以为您效劳",
    "您好，请问是遇到什么问题了吗",
    "喂，听得到吗，您好",
    "您好，我这边是人工服务，请问您要咨询什么",
    "您好，{surname}师傅在这，您有什么事",
    "您好，工号{id}，请问贵姓",
    "哦，您好，您请讲",
)
"""The first words of a person at a desk."""

COMPLAINT_OPENINGS = (
    "您好，投诉专员{id}，请问您要反映什么问题",
    "您好，我是投诉处理的小{surname}，您请说",
    "您好，{department}，请您说一下您的情况",
    "您好，这边是投诉受理，请问您遇到了什么问题",
    "您好，工号{id}，您的意见我来帮您记录",
    "喂，您好，您是要投诉什么",
    "您好，给您带来不便了，请讲一下具体情况",
    "您好，我姓{surname}，负责处理投诉，您慢慢说",
)
"""... at the complaint desk."""

ELDERLY_OPENINGS = (
    "您好，爷爷奶奶您好，我是{id}，您慢慢说",
    "您好，我是客服小{surname}，请问有什么可以帮您老人家",
    "您好，老人家，您请讲，我听着呢",
    "您好，这里是{department}，您老有什么事情",
    "喂，您好，听得清楚吗，我是{id}号",
    "您好，长者专席{id}号，请问您要办什么事",
)
"""... at a desk for the elderly."""

LEADS = ("喂，", "嗯，", "哎，")
"""What somebody says while taking up the call, before the opening."""

HESITATIONS = ("呃", "嗯", "啊", "那个", "喂")
"""What a hesitant person begins with."""

ANYBODY = (
    "喂，您好，请讲",
    "喂，您好，能听到吗",
    "您好，请问您还在吗，听得到我说话吗",
    "喂，您那边有声音吗",
    "您好，请说话",
    "喂，您讲，我在听",
)
"""When the caller says nothing."""

NOBODY = (
    "听不到您的声音，我先挂了，您再打过来吧",
    "您那边没有声音，请您换个电话再拨，再见",
    "不好意思，听不见您说话，麻烦您稍后再打",
)
"""When the caller goes on saying nothing."""

REPLIES = {
    "test": (
        "哦，好的，没问题，再见",
        "好的，那感谢您的来电，再见",
        "嗯，好的，祝您生活愉快，再见",
        "行，知道了，再见",
        "好，那就不打扰您了，拜拜",
    ),
    "who": (
        "是的，我是人工客服，您请说",
        "对，我是人工，请问您有什么事",
        "是真人，您讲吧",
        "对的，这里是人工服务，您说",
    ),
    "complaint": (
        "好的，您请说，我帮您登记一下",
        "非常抱歉，您具体说一下是什么情况",
        "嗯，我先记录一下，请问您贵姓",
    ),
    "greeting": (
        "您好，请讲",
        "哎，您好，请问您有什么事",
        "嗯，您好，您说",
    ),
    "other": (
        "好的，请您稍等，我帮您看一下",
        "嗯，请问您的用户编号是多少",
        "好的，麻烦您再说详细一点",
        "哦，这样啊，您稍等一下",
        "请问您的联系电话是这个来电号码吗",
        "好的，我明白了，您别挂，我查一下",
    ),
}
"""Answers by what the caller said."""

MEANINGS = {
    "test": ("服务质量测试", "服务测试", "测试", "谢谢再见", "再见"),
    "who": ("请问是人工吗", "是人工客服吗", "是真人吗", "你是机器人吗"),
    "complaint": ("我要投诉", "投诉"),
    "greeting": ("您好", "你好", "喂"),
}
"""Words by which a person knows what the caller wants, most telling first."""

SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙朱马胡郭何高林罗")
DEPARTMENTS = ("客服中心", "服务台", "人工台", "服务热线", "总台", "客户服务部", "业务咨询台")
"""For a hotline that names none."""
